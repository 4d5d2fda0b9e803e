import { join } from "node:path";
import { stateDir } from "../lib/paths";

/** Files of one embedded site: etcd, containerd, kubelet, volumes. */
export function siteDir(name: string): string {
  return join(stateDir(), "sites", name);
}

/** Files of one embedded object store: its objects, keys and certificates. */
export function objectStoreDir(name: string): string {
  return join(stateDir(), "object-stores", name);
}
