import { join } from "node:path";
import { siteDir } from "../paths";

/** Where the files of a site are. */
export interface SiteLayout {
  root: string;
  /** The spec that it was made from. */
  spec: string;
  pki: string;
  kubeconfigs: string;
  /** Rendered configuration of the components. */
  config: string;
  etcd: string;
  containerd: string;
  kubelet: string;
  podLogs: string;
  /** Directories behind PersistentVolumes. */
  volumes: string;
}

/** Layout of the site of a name. */
export function siteLayout(name: string): SiteLayout {
  const root = siteDir(name);
  return {
    root,
    spec: join(root, "site.json"),
    pki: join(root, "pki"),
    kubeconfigs: join(root, "kubeconfigs"),
    config: join(root, "config"),
    etcd: join(root, "etcd"),
    containerd: join(root, "containerd"),
    kubelet: join(root, "kubelet"),
    podLogs: join(root, "pod-logs"),
    volumes: join(root, "volumes"),
  };
}

/** Sockets and state that are gone when the site stops: its own /run. */
export const runtime = {
  containerdState: "/run/containerd",
  containerdSocket: "/run/containerd/containerd.sock",
  /** Addresses of pods. */
  podAddresses: "/run/cni",
} as const;
