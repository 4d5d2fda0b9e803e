import { existsSync, readFileSync, readdirSync } from "node:fs";
import { run } from "../../lib/process";

/** What a sandbox must leave as it was. */
export interface HostState {
  interfaces: string[];
  addresses: string;
  firewall: string;
  sysctls: Map<string, string>;
  mounts: string;
  networks: string[];
  controlGroups: string[];
}

/** Settings that the kernel or its work changes by itself. */
const VOLATILE =
  /^(fs\.(dentry-state|file-nr|inode-nr|inode-state|quota\..*|aio-nr)|kernel\.(ns_last_pid|random\..*|pty\.nr|tainted|sched_.*)|net\.netfilter\.nf_conntrack_count|dev\..*|net\.ipv4\.(route\.|tcp_mem|udp_mem).*)/;

/** Looks at the host. */
export async function hostState(): Promise<HostState> {
  const [addresses, firewall, firewall6, sysctls] = await Promise.all([
    run("ip", ["-oneline", "address"]),
    run("iptables-save", []),
    run("ip6tables-save", []),
    // It exits with 1 over settings that cannot be read.
    run("sh", ["-c", "sysctl --all 2>/dev/null || true"]),
  ]);
  return {
    interfaces: readdirSync("/sys/class/net").sort(),
    addresses: addresses.stdout.replaceAll(/(valid|preferred)_lft \S+/g, ""),
    firewall: (firewall.stdout + firewall6.stdout).replaceAll(/^#.*$/gm, ""),
    sysctls: new Map(
      sysctls.stdout.split("\n").flatMap((line): [string, string][] => {
        const [name, value] = line.split(" = ");
        return name && !VOLATILE.test(name) ? [[name, value ?? ""]] : [];
      }),
    ),
    mounts: readFileSync("/proc/self/mountinfo", "utf8"),
    networks: existsSync("/run/netns") ? readdirSync("/run/netns").sort() : [],
    controlGroups: readdirSync("/sys/fs/cgroup", { recursive: true, encoding: "utf8" })
      .filter((path) => /(^|\/)lpfd-[^/]*$/.test(path))
      .sort(),
  };
}

/** Settings that were there before and have another value now. */
export function changedSysctls(before: HostState, after: HostState): string[] {
  return [...before.sysctls]
    .filter(([name, value]) => after.sysctls.has(name) && after.sysctls.get(name) !== value)
    .map(([name, value]) => `${name}: ${value} → ${after.sysctls.get(name) ?? ""}`);
}
