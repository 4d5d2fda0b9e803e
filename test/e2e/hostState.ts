import { readdirSync, readFileSync } from "node:fs";
import { run } from "../../lib/process";
import { directoriesBeneath } from "../support/directoriesBeneath";

/** What a run could leave on the host or change there, by kind; each line is one thing. */
export type HostState = Readonly<Record<string, readonly string[]>>;

/** Programs that the embedded cloud runs. */
const PROGRAMS =
  /(^|\/)(etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubelet|kube-proxy|containerd|containerd-shim-runc-v2|weed|volume-provisioner|socat|pulumi|pulumi-resource-[a-z]+|pulumi-language-nodejs|postgres|coredns|pause)$/;

/** Settings that the kernel or its work changes by itself. */
const VOLATILE =
  /^(fs\.(dentry-state|file-nr|inode-nr|inode-state|quota\..*|aio-nr)|kernel\.(ns_last_pid|random\..*|pty\.nr|tainted|sched_.*)|net\.netfilter\.nf_conntrack_count|dev\..*|net\.ipv4\.(route\.|tcp_mem|udp_mem).*)/;

/** Network and control groups of what these tests and the drill make themselves. */
const OWN = /(^|\/)lpfd-(e2e|drill|bad-input)-[^/ ]+( \(id: \d+\))?$/;

/** Looks at network, firewall, settings, mounts, control groups and processes of the host. */
export async function hostState(): Promise<HostState> {
  const [addresses, namespaces, firewall, firewall6, settings] = await Promise.all([
    linesOf("ip", ["-brief", "address"]),
    linesOf("ip", ["netns", "list"]),
    linesOf("iptables-save", []),
    linesOf("ip6tables-save", []),
    // It exits with 1 over settings that cannot be read.
    linesOf("sh", ["-c", "sysctl --all 2>/dev/null || true"]),
  ]);
  return {
    interfaces: addresses,
    namespaces,
    firewall: [...firewall, ...firewall6].map(lasting).filter((line) => line !== ""),
    settings: settings.filter((line) => !VOLATILE.test(line)),
    // iproute2 mounts this directory when it names its first network, and leaves it so.
    mounts: readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .filter((line) => !/^\S+ \/run\/netns /.test(line)),
    controlGroups: directoriesBeneath("/sys/fs/cgroup").filter((path) => /\/lpfd-[^/]*$/.test(path)),
    processes: processes(),
  };
}

/**
 * What is there now and was not before, or the other way round: `+ mounts: …`, `- firewall: …`. A process that has ended, a
 * setting that came or went with its device, and what an interrupted run of these tests had left are no change.
 */
export function hostChanges(before: HostState, after: HostState): string[] {
  return Object.entries(before).flatMap(([kind, lines]) => {
    const now = after[kind] ?? [];
    if (kind === "settings") return changedSettings(lines, now);
    return [
      ...now.filter((line) => !lines.includes(line)).map((line) => `+ ${kind}: ${line}`),
      ...lines
        .filter((line) => !now.includes(line) && kind !== "processes" && !OWN.test(line))
        .map((line) => `- ${kind}: ${line}`),
    ];
  });
}

/** Some names have several lines. */
function changedSettings(before: readonly string[], now: readonly string[]): string[] {
  const name = (line: string): string => line.split(" = ")[0] ?? "";
  const names = new Set(now.map(name));
  return before
    .filter((line) => !now.includes(line) && names.has(name(line)))
    .map((line) => `± settings: ${line} → ${now.filter((other) => name(other) === name(line)).join(", ")}`);
}

async function linesOf(command: string, args: string[]): Promise<string[]> {
  const { stdout } = await run(command, args);
  return stdout.split("\n").filter((line) => line !== "");
}

/** A rule without its counters; nothing for a comment, which holds the time. */
function lasting(rule: string): string {
  return rule.startsWith("#") ? "" : rule.replace(/\[\d+:\d+\]/, "");
}

function processes(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [program = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return PROGRAMS.test(program) ? [`${pid} ${program}`] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
