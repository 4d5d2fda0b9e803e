import { parse } from "yaml";
import { isSecret } from "../config/settingsFile";
import { parseSavedSecrets } from "../plan/savedSecrets";

/** Where values of secrets are known from. */
export interface SecretSources {
  /** Values of configuration keys, by key without namespace: of the stack, of its kit. */
  values: readonly Readonly<Record<string, string | undefined>>[];
  /** Environment of this process. */
  environment: NodeJS.ProcessEnv;
  /** The passphrase in force. @default none */
  passphrase?: string | undefined;
  /** Text of the kubeconfig. @default none */
  kubeconfig?: string | undefined;
  /** Texts that a stack keeps secret. @default none */
  outputs?: readonly string[];
}

const variables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
];

/** Every value that must not leave this machine, as far as it is known here. */
export function knownSecrets(sources: SecretSources): string[] {
  const { values, environment, passphrase = "", kubeconfig = "", outputs = [] } = sources;
  const found = [
    ...values.flatMap((each) => Object.entries(each).flatMap(([key, value = ""]) => ofSetting(key, value))),
    ...variables.map((name) => environment[name] ?? ""),
    passphrase,
    ...ofKubeconfig(kubeconfig),
    ...outputs,
  ];
  return [...new Set(found)].filter((value) => value.trim() !== "");
}

function ofSetting(key: string, value: string): string[] {
  const name = key.replace(/^lstm-pfd:/, "");
  if (name === "savedSecrets") return [value, ...ofSaved(value)];
  if (name === "imagePullSecret")
    return [value, ...leaves(value, /^(?:auth|password|identitytoken|registrytoken)$/)];
  return isSecret(name) || /AccessKeyId$/.test(name) ? [value] : [];
}

/** Keys of certificates and accounts; the certificates themselves are shown to everybody. */
function ofSaved(text: string): string[] {
  try {
    return parseSavedSecrets(text).flatMap(({ data }) =>
      Object.entries(data)
        .filter(([name]) => !name.endsWith(".crt"))
        .map(([, value]) => Buffer.from(value, "base64").toString("utf8")),
    );
  } catch {
    return [];
  }
}

function ofKubeconfig(text: string): string[] {
  return leaves(text, /^(?:client-key-data|token|password|id-token|refresh-token|client-secret)$/);
}

/** Texts in YAML or JSON whose keys have certain names, at any depth. */
function leaves(text: string, names: RegExp): string[] {
  const walk = (value: unknown): string[] =>
    typeof value !== "object" || value === null
      ? []
      : Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
          typeof inner === "string" ? (names.test(name) ? [inner] : []) : walk(inner),
        );
  try {
    return walk(parse(text));
  } catch {
    return [];
  }
}
