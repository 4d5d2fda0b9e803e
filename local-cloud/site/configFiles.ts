import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { networkNamespace } from "../objectStore/address";
import { kubeconfigOf } from "./kubeconfig";
import { runtime, type SiteLayout } from "./layout";
import { network } from "./network";

/** What the configuration depends on beside the site's name. */
export interface NodeTraits {
  /** Image that holds the namespaces of a pod. */
  pauseImage: string;
  /** Where containerd keeps file systems; an overlay cannot stand on another one. */
  snapshotter: "overlayfs" | "native";
  cgroupV1: boolean;
}

/** Components with a kubeconfig of their own, by the name of their certificate. */
const CLIENTS = ["controller-manager", "scheduler", "kubelet", "kube-proxy", "volume-provisioner"] as const;

/** Path of each file beneath the site's directory → content, for everything but keys and certificates. */
export function configFiles(name: string, layout: SiteLayout, traits: NodeTraits): Record<string, string> {
  const { pki, kubeconfigs, config } = layout;
  const server = `https://127.0.0.1:${network.apiPort}`;
  const clients = CLIENTS.map((client) => [
    join(kubeconfigs, client),
    kubeconfigOf(pki, client, name, server),
  ]);
  return {
    ...(Object.fromEntries(clients) as Record<string, string>),
    [join(config, "encryption.yaml")]: encryptionConfig(
      readFileSync(join(pki, "secrets.key"), "utf8").trim(),
    ),
    [join(config, "containerd.toml")]: containerdConfig(layout, traits),
    [join(config, "cni", "10-pods.conflist")]: cniConfig(),
    [join(config, "kubelet.yaml")]: kubeletConfig(name, layout, traits),
    [join(config, "kube-proxy.yaml")]: kubeProxyConfig(name, kubeconfigs),
    // No name server beyond the site: nothing in it can reach one.
    [join(config, "resolv.conf")]: `nameserver ${network.dnsService}\n`,
  };
}

/** Encrypts Secrets in etcd; what is not encrypted yet can be read. */
export function encryptionConfig(key: string): string {
  return stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [{ secretbox: { keys: [{ name: "key1", secret: key }] } }, { identity: {} }],
      },
    ],
  });
}

/** containerd 1.6, with all its files in the site's directories. */
export function containerdConfig(
  layout: Pick<SiteLayout, "containerd" | "config">,
  { pauseImage, snapshotter }: NodeTraits,
): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${layout.containerd}"
state = "${runtime.containerdState}"
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[grpc]
address = "${runtime.containerdSocket}"

[${cri}]
sandbox_image = "${pauseImage}"
# Not every root may lower a process's score.
restrict_oom_score_adj = true

[${cri}.containerd]
snapshotter = "${snapshotter}"
default_runtime_name = "runc"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false

[${cri}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${layout.config}/cni"
`;
}

/** Each pod has a link of its own to the node. A bridge would need a kernel module and settings of the whole host. */
export function cniConfig(): string {
  return JSON.stringify(
    {
      cniVersion: "1.0.0",
      name: "pods",
      plugins: [
        {
          type: "ptp",
          ipam: {
            type: "host-local",
            dataDir: runtime.podAddresses,
            ranges: [[{ subnet: network.podRange }]],
            routes: [{ dst: "0.0.0.0/0" }],
          },
        },
        { type: "portmap", capabilities: { portMappings: true } },
      ],
    },
    undefined,
    2,
  );
}

/** The kubelet's; images are never removed: no registry could bring them back. */
export function kubeletConfig(
  name: string,
  { pki, config, podLogs }: Pick<SiteLayout, "pki" | "config" | "podLogs">,
  { cgroupV1 }: NodeTraits,
): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(pki, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: join(pki, "kubelet-server.crt"),
    tlsPrivateKeyFile: join(pki, "kubelet-server.key"),
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${networkNamespace(name)}`,
    ...(cgroupV1 ? { failCgroupV1: false } : {}),
    clusterDNS: [network.dnsService],
    clusterDomain: network.clusterDomain,
    containerRuntimeEndpoint: `unix://${runtime.containerdSocket}`,
    resolvConf: join(config, "resolv.conf"),
    podLogsDir: podLogs,
    failSwapOn: false,
    imageGCHighThresholdPercent: 100,
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "500Mi", "imagefs.available": "500Mi" },
    kubeReserved: { cpu: "100m", memory: "512Mi" },
    serializeImagePulls: false,
  });
}

/** Writes no setting of the whole host: those of connection tracking stay as they are. */
export function kubeProxyConfig(name: string, kubeconfigs: string): string {
  const untouched = "0s";
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clientConnection: { kubeconfig: join(kubeconfigs, "kube-proxy") },
    clusterCIDR: network.podRange,
    hostnameOverride: name,
    nodePortAddresses: ["primary"],
    conntrack: {
      maxPerCore: 0,
      min: 0,
      tcpEstablishedTimeout: untouched,
      tcpCloseWaitTimeout: untouched,
      udpTimeout: untouched,
      udpStreamTimeout: untouched,
    },
  });
}
