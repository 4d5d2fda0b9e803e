import { realpathSync } from "node:fs";
import { join } from "node:path";
import { hostPortServices } from "../sandbox/hostPort";
import { findCommand } from "../../lib/installedCommand";
import type { Service } from "../sandbox/service";
import type { SiteLayout } from "./layout";
import { network } from "./network";
import type { SiteSpec } from "./spec";

/** Name that the default storage class has for its provisioner. */
export const PROVISIONER = "lstm-pfd.recovery/directory";

/** kubelet and kube-proxy call mount, iptables and conntrack; containerd calls runc and its shim. */
const SYSTEM_PATH = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

/** Everything that runs in a site beside its pods, by name. */
export function siteServices(
  { name, apiPort }: Pick<SiteSpec, "name" | "apiPort">,
  layout: SiteLayout,
  binDir: string,
): Record<string, Service> {
  const { pki, kubeconfigs, config } = layout;
  const tool = (executable: string, args: readonly string[]): Service => ({
    // Another tool's new version changes the directory, and must not start the site anew.
    command: realpathSync(join(binDir, executable)),
    args,
    env: SYSTEM_PATH,
  });
  return {
    etcd: tool("etcd", etcdFlags(layout)),
    "kube-apiserver": tool("kube-apiserver", apiServerFlags(layout)),
    "kube-controller-manager": tool("kube-controller-manager", [
      ...componentFlags(kubeconfigs, "controller-manager"),
      `--cluster-name=${name}`,
      `--cluster-signing-cert-file=${pki}/ca.crt`,
      `--cluster-signing-key-file=${pki}/ca.key`,
      `--root-ca-file=${pki}/ca.crt`,
      `--service-account-private-key-file=${pki}/sa.key`,
      "--use-service-account-credentials=true",
    ]),
    "kube-scheduler": tool("kube-scheduler", componentFlags(kubeconfigs, "scheduler")),
    containerd: {
      command: installed("containerd"),
      args: ["--config", `${config}/containerd.toml`],
      env: SYSTEM_PATH,
    },
    kubelet: tool("kubelet", [
      `--config=${config}/kubelet.yaml`,
      `--kubeconfig=${kubeconfigs}/kubelet`,
      `--hostname-override=${name}`,
      `--node-ip=${network.nodeAddress}`,
    ]),
    "kube-proxy": tool("kube-proxy", [`--config=${config}/kube-proxy.yaml`]),
    "volume-provisioner": tool("volume-provisioner", [
      `-name=${PROVISIONER}`,
      `-kubeconfig=${kubeconfigs}/volume-provisioner`,
      `-directory=${layout.volumes}`,
    ]),
    ...hostPortServices(apiPort, { host: "127.0.0.1", port: network.apiPort }),
  };
}

function installed(command: string): string {
  const path = findCommand(command);
  if (path === undefined)
    throw new Error(`${command} is not installed: run "npm run toolchain", which installs it`);
  return path;
}

/** Only in their own network, with one instance each. */
function componentFlags(kubeconfigs: string, client: string): string[] {
  return [
    ...["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
      (flag) => `--${flag}=${kubeconfigs}/${client}`,
    ),
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    "--profiling=false",
  ];
}

function etcdFlags({ etcd, pki }: SiteLayout): string[] {
  const [clients, peers] = ["https://127.0.0.1:2379", "https://127.0.0.1:2380"];
  return [
    "--name=site",
    `--data-dir=${etcd}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=site=${peers}`,
    ...["", "peer-"].flatMap((prefix) => [
      `--${prefix}cert-file=${pki}/etcd.crt`,
      `--${prefix}key-file=${pki}/etcd.key`,
      `--${prefix}trusted-ca-file=${pki}/etcd-ca.crt`,
      `--${prefix}client-cert-auth=true`,
    ]),
    // Keeps fewer past changes in memory than the default of 100,000.
    "--snapshot-count=10000",
    "--log-level=warn",
  ];
}

function apiServerFlags({ pki, config }: SiteLayout): string[] {
  return [
    `--advertise-address=${network.nodeAddress}`,
    `--secure-port=${network.apiPort}`,
    `--tls-cert-file=${pki}/apiserver.crt`,
    `--tls-private-key-file=${pki}/apiserver.key`,
    `--client-ca-file=${pki}/ca.crt`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--etcd-servers=https://127.0.0.1:2379",
    `--etcd-cafile=${pki}/etcd-ca.crt`,
    `--etcd-certfile=${pki}/apiserver-etcd-client.crt`,
    `--etcd-keyfile=${pki}/apiserver-etcd-client.key`,
    `--encryption-provider-config=${config}/encryption.yaml`,
    `--kubelet-certificate-authority=${pki}/ca.crt`,
    `--kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
    `--kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
    "--kubelet-preferred-address-types=InternalIP",
    `--service-cluster-ip-range=${network.serviceRange}`,
    `--service-account-issuer=https://kubernetes.default.svc.${network.clusterDomain}`,
    `--service-account-key-file=${pki}/sa.pub`,
    `--service-account-signing-key-file=${pki}/sa.key`,
    `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${pki}/front-proxy-client.crt`,
    `--proxy-client-key-file=${pki}/front-proxy-client.key`,
    "--profiling=false",
  ];
}
