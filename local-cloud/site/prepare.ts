import { STORE_INTERFACE } from "../sandbox/link";
import { quoted } from "../../lib/shell";
import { runtime, type SiteLayout } from "./layout";
import { network } from "./network";

/** Settings of the whole host as the kubelet wants them. It sees these values in their place, and so writes none. */
export const kubeletSettings: Readonly<Record<string, number>> = {
  "vm/overcommit_memory": 1,
  "vm/panic_on_oom": 0,
  "kernel/panic": 10,
  "kernel/panic_on_oops": 1,
  "kernel/keys/root_maxkeys": 1_000_000,
  "kernel/keys/root_maxbytes": 25_000_000,
};

/** Shell commands that make a fresh sandbox ready for a node. */
export function prepareScript({ kubelet }: Pick<SiteLayout, "kubelet">): string {
  return `
# Programs have these paths built in. The directories stay on the host, empty.
mkdir -p /var/lib/kubelet /var/lib/cni
mount --bind ${quoted(kubelet)} /var/lib/kubelet
mount --make-private /var/lib/kubelet
mount --make-rshared /var/lib/kubelet
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs /var/lib/cni
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs /var/log

mkdir -p /run/settings ${runtime.podAddresses}
while read -r setting value; do
  shown=/run/settings/$(echo "$setting" | tr / .)
  echo "$value" >"$shown"
  if [ -e "/proc/sys/$setting" ]; then mount --bind "$shown" "/proc/sys/$setting"; fi
done <<'SETTINGS'
${Object.entries(kubeletSettings)
  .map(([name, value]) => `${name} ${value}`)
  .join("\n")}
SETTINGS

echo 1 >/proc/sys/net/ipv4/ip_forward
ip address add ${network.nodeAddress}/32 dev lo
# The API server calls webhooks by their Services; kube-proxy turns the packets round, but only where there is a way at all.
ip route add ${network.serviceRange} dev lo src ${network.nodeAddress}
iptables --wait --table nat --append POSTROUTING --source ${network.podRange} --out-interface ${STORE_INTERFACE} --jump MASQUERADE
`;
}
