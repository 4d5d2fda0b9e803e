import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { CheckFailure, Properties, PropertyValue } from "../framework/provider";
import { isObject } from "./shape";

/** What a program sets for the provider. */
export interface Settings {
  region: string;
  /** Endpoint of S3; undefined: that of AWS. */
  endpoint: string | undefined;
  pathStyle: boolean;
  /** Undefined: those of the environment, as every program that speaks to AWS finds them. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  /** File with the certificate authorities to trust; undefined: the system's. */
  caFile: string | undefined;
}

/** The object store that a provider instance works with. */
export interface Store {
  settings: Settings;
  /** Made at the first use: the file with the authority comes with the store. */
  client(): S3Client;
}

const TAKEN = ["accessKey", "secretKey", "token", "region", "endpoints", "s3UsePathStyle", "customCaBundle"];

/** Inputs that leave out calls which this provider does not make, or only set its pace. */
const WITHOUT_EFFECT = [
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "maxRetries",
  "retryMode",
  "userAgents",
];

/** Failures of the provider's inputs. */
export function settingFailures(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = Object.entries(inputs)
    .filter(([name, value]) => ![...TAKEN, ...WITHOUT_EFFECT].includes(name) && value !== null)
    .map(([property]) => ({
      property,
      reason: "is not a setting of the embedded aws provider; it needs the upstream provider",
    }));
  if ((inputs["accessKey"] === undefined) !== (inputs["secretKey"] === undefined))
    failures.push({
      property: "accessKey",
      reason: "must be given together with secretKey, or neither of them",
    });
  for (const [service, value] of Object.entries(endpointsOf(inputs["endpoints"])))
    if (service !== "s3")
      failures.push({ property: `endpoints.${service}`, reason: "the embedded aws provider speaks S3 only" });
    else if (typeof value === "string" && !/^https?:$/.test(protocolOf(value)))
      failures.push({
        property: "endpoints.s3",
        reason: `is "${value}": must be a URL, as in https://host:8333`,
      });
  return failures;
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}

/** A list of maps by service, joined. */
function endpointsOf(value: PropertyValue | undefined): Properties {
  const list = Array.isArray(value) ? value.filter(isObject) : [];
  return Object.assign({}, ...list) as Properties;
}

/**
 * The settings in a program's inputs.
 * @throws Error when no region is set, here or in the environment
 */
export function settingsOf(inputs: Properties): Settings {
  const text = (name: string): string | undefined => {
    const value = inputs[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const region = text("region") ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (region === undefined)
    throw new Error("the aws provider has no region: set its input region, aws:region or AWS_REGION");
  const [accessKeyId, secretAccessKey, sessionToken] = [text("accessKey"), text("secretKey"), text("token")];
  const endpoint = endpointsOf(inputs["endpoints"])["s3"];
  return {
    region,
    endpoint: typeof endpoint === "string" && endpoint !== "" ? endpoint : undefined,
    pathStyle: inputs["s3UsePathStyle"] === true,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    caFile: text("customCaBundle") ?? process.env["AWS_CA_BUNDLE"],
  };
}

const ATTEMPTS = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 60_000;

/** The object store of these settings. */
export function storeOf(settings: Settings): Store {
  let client: S3Client | undefined;
  return { settings, client: () => (client ??= new S3Client(clientConfiguration(settings))) };
}

function clientConfiguration({ region, endpoint, pathStyle, credentials, caFile }: Settings): S3ClientConfig {
  const silent = (): undefined => undefined;
  return {
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: ATTEMPTS,
    // S3-compatible stores do not know the SDK's newer checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      ...(caFile === undefined ? {} : { httpsAgent: new Agent({ ca: authorities(caFile) }) }),
    },
  };
}

function authorities(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(
      `the aws provider cannot read its customCaBundle ${file} (${(error as Error).message}): is the object store there?`,
    );
  }
}
