import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../lib/failure";
import { type Answer, sendRequest } from "../lib/sendRequest";

/** What a pod needs to speak to the API server as its service account. */
export interface ApiServer {
  host: string;
  port: string;
  /** PEM of the authority that signed the server's certificate. */
  ca: string;
  /** Secret. */
  token: string;
  /** The pod's own namespace. */
  namespace: string;
}

/** Where a pod finds its service account. */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const TIMEOUT_MS = 5_000;

/**
 * The API server of the cluster that this pod is in.
 * @param account directory of the service account
 * @throws Failure outside of a pod, or without a service account
 */
export function apiServer(environment: NodeJS.ProcessEnv = process.env, account = ACCOUNT): ApiServer {
  const host = environment["KUBERNETES_SERVICE_HOST"];
  const port = environment["KUBERNETES_SERVICE_PORT"];
  if (host === undefined || port === undefined)
    throw new Failure("this does not run in a pod: KUBERNETES_SERVICE_HOST is not set", "run it as a Job");
  const read = (file: string): string => readAccount(account, file);
  return {
    host,
    port,
    namespace: read("namespace").trim(),
    token: read("token").trim(),
    ca: read("ca.crt"),
  };
}

function readAccount(account: string, file: string): string {
  try {
    return readFileSync(join(account, file), "utf8");
  } catch {
    throw new Failure(
      `${join(account, file)} cannot be read`,
      "give the Job a service account and set automountServiceAccountToken",
    );
  }
}

/**
 * Sends a request, whatever the answer is.
 * @param created object to create; without one it is a GET
 * @throws Error when there is no answer
 */
export function askApiServer(
  { host, port, ca, token }: ApiServer,
  path: string,
  created?: object,
): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/json",
    ...(created === undefined ? {} : { "content-type": "application/json" }),
  };
  const method = created === undefined ? "GET" : "POST";
  const options = { host, port, path, ca, method, timeout: TIMEOUT_MS, headers };
  return sendRequest(true, options, created === undefined ? undefined : JSON.stringify(created));
}
