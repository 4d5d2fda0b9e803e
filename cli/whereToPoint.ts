import type { OutputMap } from "@pulumi/pulumi/automation";

/**
 * The last thing to do after a recovery: what the DNS must point where; empty where nothing is to be done.
 * @param outputs of the platform: `host`, `address` of its balancer, `dnsPointed` where the stack has done it
 */
export function whereToPoint(outputs: OutputMap): string {
  const [host, address, pointed] = ["host", "address", "dnsPointed"].map(
    (name) => outputs[name]?.value as unknown,
  );
  if (typeof host !== "string" || host === "" || typeof address !== "string" || address === "") return "";
  return pointed === true
    ? `DNS: ${host} leads to ${address} now; clients follow within a minute\n`
    : `DNS: point ${host} at ${address} now; no client is led to this site before that\n`;
}
