import { Failure } from "../lib/failure";
import type { Rule } from "../plan/rule";
import { podIdentity, requirePodIdentity } from "./podCredentials";

/** One environment variable and how it is read. */
export interface Variable<T> {
  name: string;
  /** @throws Error whose message is the rule that the value breaks */
  read: (value: string) => T;
  /** Value when it is unset or empty; without one it must be set. */
  fallback?: {
    value: T;
    /** Holds only where this other variable is set. @default everywhere */
    where?: string;
  };
  /** Never shown. */
  secret?: boolean;
}

/** What {@link readEnvironment} gives for a specification. */
export type Values<S> = { [K in keyof S]: S[K] extends Variable<infer T> ? T : never };

/**
 * Reads all variables of `spec`.
 * @throws Failure that names every variable that is missing or wrong; NoCredentials where the pod's role is missing
 */
export function readEnvironment<S extends Record<string, Variable<unknown>>>(
  source: Readonly<Record<string, string | undefined>>,
  spec: S,
): Values<S> {
  requirePodIdentity(source);
  const problems: string[] = [];
  const values = Object.entries(spec).map(([key, variable]) => {
    const value = source[variable.name] ?? "";
    const { fallback } = variable;
    if (value === "" && fallback !== undefined && isSet(source, fallback.where))
      return [key, fallback.value] as const;
    if (value === "") {
      problems.push(`${variable.name} is not set`);
      return [key, undefined] as const;
    }
    try {
      return [key, variable.read(value)] as const;
    } catch (error) {
      const rule = error instanceof Error ? error.message : String(error);
      problems.push(`${variable.name} ${variable.secret ? "" : `is "${value}": `}${rule}`);
      return [key, undefined] as const;
    }
  });
  if (problems.length > 0)
    throw new Failure(
      `environment: ${problems.join("; ")}`,
      "set this in the pod's environment (ConfigMap or Secret) and run again",
    );
  return Object.fromEntries(values) as Values<S>;
}

function isSet(source: Readonly<Record<string, string | undefined>>, name: string | undefined): boolean {
  return name === undefined || (source[name] ?? "") !== "";
}

/** Any text. */
export function text(name: string, fallback?: string): Variable<string> {
  return {
    name,
    read: (value) => value,
    ...(fallback === undefined ? {} : { fallback: { value: fallback } }),
  };
}

/** A text that must not be shown. */
export function secret(name: string, fallback?: string): Variable<string> {
  return { ...text(name, fallback), secret: true };
}

/** "true" or "false". @default false */
export function flag(name: string): Variable<boolean> {
  return {
    name,
    read: (value) => {
      if (value !== "true" && value !== "false") throw new Error("must be true or false");
      return value === "true";
    },
    fallback: { value: false },
  };
}

/** A whole number of at least `min`. */
export function integer(name: string, min: number, fallback?: number): Variable<number> {
  return {
    name,
    read: (value) => {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < min) throw new Error(`must be a whole number of at least ${min}`);
      return number;
    },
    ...(fallback === undefined ? {} : { fallback: { value: fallback } }),
  };
}

/** A text of a given form. */
export function matching(
  name: string,
  expression: RegExp,
  rule: string,
  fallback?: string,
): Variable<string> {
  return {
    ...text(name, fallback),
    read: (value) => {
      if (!expression.test(value)) throw new Error(rule);
      return value;
    },
  };
}

/** A text that keeps a rule of plan/, or the fallback. */
export function keeping(name: string, rule: Rule, fallback: string): Variable<string> {
  return {
    ...text(name, fallback),
    read: (value) => {
      if (!rule.holds(value)) throw new Error(rule.says);
      return value;
    },
  };
}

/** One half of an access key; empty where the pod's own role counts instead. */
function accessKey(name: string): Variable<string> {
  return { ...text(name), fallback: { value: "", where: podIdentity } };
}

/** How the commands reach the object store; an empty endpoint means AWS. */
export const objectStorageVariables = {
  endpoint: matching(
    "S3_ENDPOINT",
    /^https?:\/\/[^/\s]+$/,
    "must be a URL without a path, as in https://host:8333",
    "",
  ),
  region: text("S3_REGION", "us-east-1"),
  bucket: text("S3_BUCKET"),
  pathStyle: flag("S3_FORCE_PATH_STYLE"),
  accessKeyId: accessKey("AWS_ACCESS_KEY_ID"),
  secretAccessKey: { ...accessKey("AWS_SECRET_ACCESS_KEY"), secret: true },
};

/** Keys of who creates evidence, beside those of who reads. */
export const evidenceVariables = {
  evidenceKey: accessKey("EVIDENCE_S3_KEY"),
  evidenceSecret: { ...accessKey("EVIDENCE_S3_KEY_SECRET"), secret: true },
};

/** What pgBackRest needs from the environment. */
export const repositoryVariables = {
  repositoryKey: accessKey("PGBACKREST_REPO1_S3_KEY"),
  repositorySecret: { ...accessKey("PGBACKREST_REPO1_S3_KEY_SECRET"), secret: true },
  cipherPass: secret("PGBACKREST_REPO1_CIPHER_PASS"),
};

/** What every command needs that works on the database's repository. */
export const databaseVariables = {
  ...objectStorageVariables,
  ...repositoryVariables,
};

/** `shared_buffers` of the servers that a command starts. @default 128MB, PostgreSQL's own */
export const sharedBuffers = matching(
  "SHARED_BUFFERS",
  /^\d+MB$/,
  "must be an amount of memory, as in 1024MB",
  "128MB",
);
