/** Addresses of one zone. */
export interface ZoneSubnets {
  zone: string;
  /** CIDR of the nodes and pods. */
  privateCidr: string;
  /** CIDR of load balancers and NAT. */
  publicCidr: string;
}

const rule = "must be a private IPv4 network from /16 to /20 on its own boundary, as in 10.20.0.0/16";

/**
 * Splits a network over its zones: a private subnet of an eighth for each, because every pod has an address of its own, and
 * a public one of a sixty-fourth.
 * @param cidr network, from /16 to /20
 * @param zones three availability zones of one region
 * @param keys names of the two arguments, for the message
 * @throws Error that names the key, its value and the rule
 */
export function zoneSubnets(
  cidr: string,
  zones: readonly string[],
  keys = { cidr: "cidr", zones: "zones" },
): ZoneSubnets[] {
  if (zones.length !== 3 || new Set(zones).size !== 3)
    throw new Error(`${keys.zones} is "${zones.join(",")}": must be three different availability zones`);
  const { address, bits } = parsed(keys.cidr, cidr);
  return zones.map((zone, index) => ({
    zone,
    privateCidr: block(address, bits, 3, index),
    publicCidr: block(address, bits, 6, 3 * 8 + index),
  }));
}

function parsed(key: string, cidr: string): { address: number; bits: number } {
  const [, text = "", size = ""] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const octets = text.split(".").map(Number);
  const bits = Number(size);
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const onBoundary = address % 2 ** (32 - bits) === 0;
  if (
    text === "" ||
    octets.some((octet) => octet > 255) ||
    bits < 16 ||
    bits > 20 ||
    !onBoundary ||
    !isPrivate(octets)
  )
    throw new Error(`${key} is "${cidr}": ${rule}`);
  return { address, bits };
}

function isPrivate([first = 0, second = 0]: number[]): boolean {
  return first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
}

function block(network: number, bits: number, more: number, index: number): string {
  const start = network + index * 2 ** (32 - bits - more);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${octets.join(".")}/${bits + more}`;
}
