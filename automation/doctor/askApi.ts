import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { parse } from "yaml";
import { reasonOf } from "../../lib/failure";
import type { ApiAnswer, ShownCertificate } from "../../plan/doctor/facts";
import type { Reading } from "./reading";

interface Named<T> {
  name?: string;
  [field: string]: T | string | undefined;
}

interface Kubeconfig {
  "current-context"?: string;
  contexts?: Named<{ cluster?: string; user?: string }>[];
  clusters?: Named<{ server?: string }>[];
  users?: Named<{ "client-certificate-data"?: string }>[];
}

/** What a kubeconfig says of the way into its cluster. */
export interface WayIn {
  /** URL of the API server; empty where it does not say. */
  server: string;
  /** Certificate by which it asks. */
  client?: ShownCertificate;
}

/** Reads the context in force. @param text of the kubeconfig @throws Error when it is not YAML */
export function wayIn(text: string): WayIn {
  const config = (parse(text) ?? {}) as Kubeconfig;
  const named = <T>(list: Named<T>[] | undefined, name: string | undefined, field: string): T | undefined => {
    const found = list?.find((each) => each.name === name) ?? list?.[0];
    return found?.[field] as T | undefined;
  };
  const context = named(config.contexts, config["current-context"], "context");
  const server = named(config.clusters, context?.cluster, "cluster")?.server ?? "";
  const data = named(config.users, context?.user, "user")?.["client-certificate-data"];
  if (data === undefined) return { server };
  return { server, client: shown(new X509Certificate(Buffer.from(data, "base64"))) };
}

/**
 * Whether the API server answers, and the certificates on the way to it.
 * @param kubeconfig its text
 * @throws Error where there is no kubectl
 */
export async function askApi(kubectl: Reading, kubeconfig: string, timeoutMs = 15_000): Promise<ApiAnswer> {
  const { server, client } = wayIn(kubeconfig);
  const [certificate, failed] = await Promise.all([
    shownBy(server, timeoutMs).catch(() => undefined),
    kubectl.call(["get", "--raw=/readyz"], { timeoutMs }).then(
      () => undefined,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT")
          throw new Error("there is no kubectl on the path: install it, or run this where it is");
        return reasonOf(error);
      },
    ),
  ]);
  return {
    at: server.replace(/^https?:\/\//, ""),
    ...(failed === undefined ? {} : { failed }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(client === undefined ? {} : { client }),
  };
}

/** The certificate that a server shows, whoever has issued it. */
function shownBy(server: string, timeoutMs: number): Promise<ShownCertificate> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve, reject) => {
    // Only looked at: nothing is said over this connection.
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port === "" ? 443 : port),
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate === undefined) reject(new Error("it shows no certificate"));
      else resolve(shown(certificate));
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer in time")));
    socket.once("error", reject);
  });
}

/** What is looked at of a certificate. */
export function shown({ validTo, issuer }: X509Certificate): ShownCertificate {
  return { validTo: new Date(validTo), issuer: issuer.split("\n").join(", ") };
}
