import { accountSecrets, certManagerNamespace } from "./certManager";

/** A Secret that cert-manager wrote, as it is kept for a rebuild. */
export interface SavedSecret {
  name: string;
  namespace: string;
  /** Type of the Secret, as in `kubernetes.io/tls`. */
  type: string;
  /** Content by key, base64. */
  data: Record<string, string>;
  /** Without the label of its own Secrets, cert-manager would ask the API server for this one again and again. */
  labels: Record<string, string>;
  /** They name certificate and issuer: without them cert-manager would issue the certificate anew. */
  annotations: Record<string, string>;
}

/** A Secret as the API server tells it, as far as it is looked at. */
interface FoundSecret {
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  type?: string;
  data?: Record<string, string>;
}

const tlsType = "kubernetes.io/tls";
const certificateName = "cert-manager.io/certificate-name";
const nextPrivateKey = "cert-manager.io/next-private-key";
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * What cert-manager wrote and a rebuild puts back: certificates with their keys, and the keys of the ACME accounts. Not the
 * key of an issuance that is under way.
 * @param list answer of `kubectl get secrets --output=json`
 */
export function savedSecretsOf(list: string): SavedSecret[] {
  const { items } = JSON.parse(list) as { items: FoundSecret[] };
  return sorted(
    items
      .filter((secret) => isCertificate(secret) || isAccount(secret))
      .map(({ metadata, type, data }) => {
        const { name, namespace, labels = {}, annotations = {} } = metadata;
        return {
          name,
          namespace,
          type: type ?? "Opaque",
          data: data ?? {},
          labels,
          annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== lastApplied)),
        };
      }),
  );
}

function isCertificate({ metadata, type, data }: FoundSecret): boolean {
  const { labels, annotations } = metadata;
  return (
    type === tlsType &&
    filled(data, "tls.crt") &&
    filled(data, "tls.key") &&
    annotations?.[certificateName] !== undefined &&
    labels?.[nextPrivateKey] === undefined
  );
}

function isAccount({ metadata, data }: FoundSecret): boolean {
  return (
    metadata.namespace === certManagerNamespace &&
    accountSecrets.includes(metadata.name) &&
    filled(data, "tls.key")
  );
}

function filled(data: Record<string, string> | undefined, key: string): boolean {
  return (data?.[key] ?? "") !== "";
}

/** One order for all, so that the same Secrets are the same text. */
function sorted(secrets: readonly SavedSecret[]): SavedSecret[] {
  const place = ({ namespace, name }: SavedSecret): string => `${namespace}/${name}`;
  return [...secrets].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/**
 * What was saved before, with what is there now in its place. What is there no longer stays saved: a cluster that has lost a
 * Secret is when one needs it.
 */
export function mergedSecrets(before: readonly SavedSecret[], now: readonly SavedSecret[]): SavedSecret[] {
  const gone = before.filter(
    (old) => !now.some(({ name, namespace }) => name === old.name && namespace === old.namespace),
  );
  return sorted([...gone, ...now]);
}

/** Those of one namespace. */
export function savedIn(namespace: string, secrets: readonly SavedSecret[]): SavedSecret[] {
  return secrets.filter((secret) => secret.namespace === namespace);
}

/** @returns the text that {@link parseSavedSecrets} reads; empty for none */
export function savedSecretsText(secrets: readonly SavedSecret[]): string {
  return secrets.length === 0 ? "" : JSON.stringify(secrets);
}

/**
 * Reads saved Secrets.
 * @param text JSON, as {@link savedSecretsText} writes it
 * @throws Error whose message is the rule that the text breaks, and shows nothing of a Secret but its place in the list
 */
export function parseSavedSecrets(text: string): SavedSecret[] {
  if (text === "") return [];
  const list = parseList(text);
  const secrets = list.map((entry, index) => secretOf(entry, index + 1));
  secrets.forEach(({ name, namespace }, index) => {
    const first = secrets.findIndex((other) => other.name === name && other.namespace === namespace);
    if (first !== index)
      throw new Error(`must hold each Secret once, and number ${index + 1} is number ${first + 1} again`);
  });
  return secrets;
}

function parseList(text: string): unknown[] {
  try {
    const value = JSON.parse(text) as unknown;
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new Error('must be a JSON list of Secrets, as "npm run kit" writes it');
}

function secretOf(entry: unknown, number: number): SavedSecret {
  const found = isObject(entry) ? entry : {};
  const text = (key: "name" | "namespace" | "type", rule: RegExp): string => {
    const value = found[key];
    if (typeof value === "string" && rule.test(value)) return value;
    throw new Error(`must hold Secrets of Kubernetes, and number ${number} has no ${key} of one`);
  };
  const texts = (key: "data" | "labels" | "annotations", rule: RegExp): Record<string, string> => {
    const value = found[key];
    if (isObject(value) && Object.values(value).every((each) => typeof each === "string" && rule.test(each)))
      return value as Record<string, string>;
    throw new Error(
      `must hold Secrets of Kubernetes, and number ${number} has ${key} that are no ${key === "data" ? "base64" : "texts"} by key`,
    );
  };
  return {
    name: text("name", objectName),
    namespace: text("namespace", objectName),
    type: text("type", /^\S+$/),
    data: texts("data", base64),
    labels: texts("labels", anything),
    annotations: texts("annotations", anything),
  };
}

const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const anything = /^/;

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
