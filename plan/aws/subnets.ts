import { check, type Rule } from "../rule";

/** Addresses of one zone. */
export interface ZoneSubnets {
  zone: string;
  /** CIDR of the nodes and pods. */
  privateCidr: string;
  /** CIDR of load balancers and NAT. */
  publicCidr: string;
}

/** Network of a platform. */
export const networkRule: Rule = {
  says: "must be a private IPv4 network from /16 to /20 on its own boundary, as in 10.20.0.0/16",
  example: "10.20.0.0/16",
  holds: (cidr) => parsed(cidr) !== undefined,
};

/** Availability zones of a platform. */
export const zonesRule: Rule<readonly string[]> = {
  says: "must be three different availability zones, comma-separated, as in eu-central-1a,eu-central-1b,eu-central-1c",
  example: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
  holds: (zones) => zones.length === 3 && new Set(zones).size === 3,
};

/**
 * Splits a network over its zones: a private subnet of an eighth for each, because every pod has an address of its own, and
 * a public one of a sixty-fourth.
 * @param cidr network, from /16 to /20
 * @param zones three availability zones of one region
 * @throws Error that names the argument, its value and the rule
 */
export function zoneSubnets(cidr: string, zones: readonly string[]): ZoneSubnets[] {
  check(zonesRule, "zones", zones);
  const network = parsed(cidr);
  if (network === undefined) throw new Error(`cidr is "${cidr}": ${networkRule.says}`);
  const { address, bits } = network;
  return zones.map((zone, index) => ({
    zone,
    privateCidr: block(address, bits, 3, index),
    publicCidr: block(address, bits, 6, 3 * 8 + index),
  }));
}

function parsed(cidr: string): { address: number; bits: number } | undefined {
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
    return undefined;
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
