import { AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../../lib/failure";
import { run } from "../../lib/process";
import { type Answer, sendRequest } from "../../lib/sendRequest";

/** How a cluster at EKS is reached and asked. */
export interface EksContact {
  name: string;
  region: string;
  /** URL of the API server. */
  endpoint: string;
  /** Its authority, base64. */
  certificateAuthority: string;
}

/** The two steps of a request to the API server. */
export interface FirstContact {
  token: () => Promise<string>;
  ask: (token: string) => Promise<Answer>;
}

const limits = { timeoutMs: 5 * 60_000, everyMs: 5_000 };
const requestMs = 15_000;

/**
 * Waits until the API server lets in who runs this. The provider tries once, and then takes the cluster for lost; but the name of
 * a new endpoint is not known everywhere at once, and neither is an access entry.
 * @param log takes a line when what it waits for is another thing than before
 * @param waiting in milliseconds
 * @throws Error with the last refusal when it takes too long; what `token` throws
 */
export async function awaitFirstContact(
  { token, ask }: FirstContact,
  log: (line: string) => void,
  waiting = limits,
): Promise<void> {
  const deadline = Date.now() + waiting.timeoutMs;
  let said = "";
  for (;;) {
    // The token is made on this machine: what it lacks, no waiting brings.
    const made = await token();
    const refusal = await ask(made).then(refusalOf, reasonOf);
    if (refusal === undefined) return;
    if (Date.now() + waiting.everyMs > deadline)
      throw new Error(
        `the API server does not let in who runs this: ${refusal}; check publicAccessCidrs, administrators and the network between, then run "up" again`,
      );
    if (refusal !== said) log(`waiting for the API server: ${refusal}`);
    said = refusal;
    await sleep(waiting.everyMs);
  }
}

function refusalOf({ status }: Answer): string | undefined {
  if (status === 200) return undefined;
  if (status === 401 || status === 403) return `it answers ${status}, the access entry is not in force yet`;
  return `it answers ${status}`;
}

/** The API server of a cluster, asked as kubectl would ask it. */
export function eksContact({ name, region, endpoint, certificateAuthority }: EksContact): FirstContact {
  return {
    token: async () => {
      const words = ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"];
      const { stdout } = await run("aws", words, { timeoutMs: requestMs });
      return (JSON.parse(stdout) as { status: { token: string } }).status.token;
    },
    ask: (token) => {
      const { hostname, port } = new URL(endpoint);
      return sendRequest(true, {
        host: hostname,
        port: port || 443,
        path: "/api/v1/namespaces/default",
        ca: Buffer.from(certificateAuthority, "base64"),
        headers: { authorization: `Bearer ${token}` },
        timeout: requestMs,
      });
    },
  };
}

/**
 * Hook for the last thing that is made before the cluster can be used: waits for the first contact. Nothing waits where a proxy
 * stands between, which only the provider's own client knows how to use, and nothing in a preview.
 */
export function firstContact(cluster: pulumi.Output<EksContact>): pulumi.ResourceHook {
  // The engine calls back outside the program, where an inline program would not find its own engine again.
  const wait = AsyncResource.bind(async () => {
    if ((process.env["HTTPS_PROXY"] ?? process.env["https_proxy"] ?? "") !== "") return;
    const contact = await new Promise<EksContact>((resolve) => {
      cluster.apply(resolve);
    });
    await awaitFirstContact(eksContact(contact), (line) => void pulumi.log.info(line));
  });
  return new pulumi.ResourceHook("first-contact", wait);
}
