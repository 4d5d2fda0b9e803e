import { objectStoreAddress, objectStoreBridge, objectStorePrefixLength } from "../objectStore/address";
import { run } from "../../lib/process";
import { runInside, type Sandbox } from "./sandbox";
import { exclusively } from "./exclusive";

/** End of a site's link to its object store, in the site. */
export const STORE_INTERFACE = "store0";

const PORT_PREFIX = "site";

/** What `ip -json address` tells of an interface. */
export interface Interface {
  ifname: string;
  flags?: string[];
  /** Bridge that it is a port of. */
  master?: string;
  addr_info?: { local?: string }[];
}

/**
 * The lowest number from 2 to 254 that no port of the store's bridge has in its name.
 * @throws Error when all are taken
 */
export function freeNumber(ports: readonly string[]): number {
  for (let number = 2; number <= 254; number++) if (!ports.includes(portName(number))) return number;
  throw new Error("the object store has 253 sites already: delete one first");
}

/** Name of the port in the store that belongs to a site's address. */
export function portName(number: number): string {
  return `${PORT_PREFIX}${number}`;
}

/** Address of a site in the network of its object store. */
export function siteAddress(number: number): string {
  return objectStoreAddress.replace(/\d+$/, String(number));
}

/**
 * Links a site with its object store: a pair of interfaces, one end in the site with an address of its own, the
 * other a port of the store's bridge. The pair is gone with either of them. Does nothing when they are linked.
 */
export async function joinObjectStoreNetwork(
  site: Sandbox,
  store: Sandbox,
  signal: AbortSignal,
): Promise<void> {
  const silent = (): void => undefined;
  // Two sites must not take the same number.
  await exclusively(`${store.name}.links`, signal, silent, async () => {
    const existing = (await interfaces(site)).find(({ ifname }) => ifname === STORE_INTERFACE);
    const ports = await interfaces(store);
    if (existing && isWhole(existing, ports)) return;
    // Cut off in the middle, or without its other end.
    if (existing) await runInside(site, "ip", ["link", "delete", STORE_INTERFACE]);
    await link(site, store, freeNumber((await interfaces(store)).map(({ ifname }) => ifname)));
  });
}

async function link(site: Sandbox, store: Sandbox, number: number): Promise<void> {
  const port = portName(number);
  const pair = ["ip", "link", "add", port, "type", "veth", "peer", "name", STORE_INTERFACE];
  // In the store's network, but among the host's processes: the site is named by its pid there.
  const storeNetwork = ["--target", String(store.pid), "--net", "--"];
  await run("nsenter", [...storeNetwork, ...pair, "netns", String(site.pid)]);
  await runInside(store, "ip", ["link", "set", port, "master", objectStoreBridge, "up"]);
  const address = `${siteAddress(number)}/${objectStorePrefixLength}`;
  await runInside(site, "ip", ["address", "add", address, "dev", STORE_INTERFACE]);
  await runInside(site, "ip", ["link", "set", STORE_INTERFACE, "up"]);
}

async function interfaces(sandbox: Sandbox): Promise<Interface[]> {
  const { stdout } = await runInside(sandbox, "ip", ["-json", "address", "show"]);
  return JSON.parse(stdout) as Interface[];
}

/** Whether an interface of a site has its address, is up, and ends in the bridge of the store. */
export function isWhole(existing: Interface, ports: readonly Interface[]): boolean {
  const addresses = (existing.addr_info ?? []).map(({ local }) => local);
  return (
    (existing.flags ?? []).includes("UP") &&
    ports.some(
      ({ ifname, master }) =>
        master === objectStoreBridge &&
        ifname.startsWith(PORT_PREFIX) &&
        addresses.includes(siteAddress(Number(ifname.slice(PORT_PREFIX.length)))),
    )
  );
}
