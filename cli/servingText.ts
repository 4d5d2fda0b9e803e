/**
 * What the operator is told as soon as the verification holds, while the first backup still runs.
 * @param host name of the application; empty where it has no ingress endpoint
 * @param address of its balancer; empty where there is none
 * @param zoneId Route 53 zone in which the stack points the name by itself; empty where a person does that
 */
export function servingText(host: string, address: string, zoneId: string): string {
  const where =
    host === "" || address === ""
      ? "clients may be led to this site now"
      : zoneId === ""
        ? `point the DNS here: ${host} at ${address}`
        : `the DNS record of ${host} is pointed at ${address}`;
  return `serving, verified: ${where}; the first full backup goes on, and nothing waits for it\n`;
}
