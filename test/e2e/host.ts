import { readdirSync, readFileSync } from "node:fs";
import { run } from "../../lib/process";

/** What a run could leave on the host, by kind. */
export type HostState = Record<string, string[]>;

/** Programs that the embedded cloud runs. */
const PROGRAMS =
  /(^|\/)(etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubelet|kube-proxy|containerd|containerd-shim-runc-v2|weed|volume-provisioner|socat|pulumi|pulumi-resource-[a-z]+|pulumi-language-nodejs|postgres|coredns|pause)$/;

/** Network, firewall, mounts, settings and processes of the host. */
export async function hostState(): Promise<HostState> {
  const lines = async (command: string, args: string[]): Promise<string[]> => {
    const { stdout } = await run(command, args);
    return stdout.split("\n").filter((line) => line !== "");
  };
  return {
    interfaces: (await lines("ip", ["-brief", "address"])).sort(),
    namespaces: (await lines("ip", ["netns", "list"])).sort(),
    // Counters and comments with the time differ from run to run.
    firewall: (await lines("iptables-save", [])).filter((line) => !line.startsWith("#")).map(withoutCounters),
    mounts: readFileSync("/proc/mounts", "utf8").split("\n").sort(),
    forwarding: [readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8").trim()],
    processes: processes(),
  };
}

function withoutCounters(line: string): string {
  return line.replace(/\[\d+:\d+\]/, "");
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

/** What is there now and was not before, or the other way round: `+ mounts: …`, `- firewall: …`. */
export function hostChanges(before: HostState, after: HostState): string[] {
  return Object.entries(before).flatMap(([kind, lines]) => {
    const now = after[kind] ?? [];
    return [
      ...now.filter((line) => !lines.includes(line)).map((line) => `+ ${kind}: ${line}`),
      ...lines
        .filter((line) => !now.includes(line) && kind !== "processes")
        .map((line) => `- ${kind}: ${line}`),
    ];
  });
}
