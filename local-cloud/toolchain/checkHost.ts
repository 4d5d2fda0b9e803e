import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheDir } from "../../lib/paths";
import { resolveTools } from "./resolve";
import { tools } from "./tools";

/** The kernel's bit for mounts and namespaces. */
const CAP_SYS_ADMIN = 1n << 21n;

const GIB = 1024 ** 3;

/** Free space that a run needs on the cache's disk, in bytes. */
export const freeSpace = {
  /** Go's caches while Kubernetes is built. */
  cold: 20 * GIB,
  images: 5 * GIB,
  warm: 2 * GIB,
} as const;

/** What decides whether the embedded cloud can run here. */
export interface Host {
  platform: string;
  architecture: string;
  /** Effective user id; nothing where the system has none. */
  uid: number | undefined;
  /** Effective capabilities of this process, one bit each. */
  capabilities: bigint;
  /** Bytes that are free in `directory`. */
  freeBytes: number;
  neededBytes: number;
  directory: string;
}

/** Why the embedded cloud cannot run on this host, in one sentence; nothing when it can. */
export function hostProblem(host: Host): string | undefined {
  const elsewhere =
    "Or use a cluster and an S3 endpoint that are there: --config cluster=kubeconfig --config kubeconfig=PATH --config objectStore=s3 --config s3Endpoint=URL.";
  if (host.platform !== "linux" || host.architecture !== "x64") {
    return `the embedded cloud runs on Linux on x86-64 only, this is ${host.platform} on ${host.architecture}. ${elsewhere}`;
  }
  if (host.uid !== 0) {
    return `the embedded cloud needs root for namespaces and mounts, this is user ${host.uid ?? "unknown"}: run it with sudo. ${elsewhere}`;
  }
  if ((host.capabilities & CAP_SYS_ADMIN) === 0n) {
    return `the embedded cloud needs namespaces and mounts, which this container withholds from root: start the container privileged. ${elsewhere}`;
  }
  if (host.freeBytes < host.neededBytes) {
    const [free, needed] = [host.freeBytes, host.neededBytes].map((bytes) => (bytes / GIB).toFixed(1));
    return `${host.directory} has ${free ?? ""} GiB free, but ${needed ?? ""} GiB are needed: free some space, or set LSTM_PFD_CACHE to a directory on another disk.`;
  }
  return undefined;
}

/**
 * Checks that the embedded cloud can run on this machine. Touches nothing.
 * @throws Error with one sentence that says why not and what to do
 */
export async function checkHost(): Promise<void> {
  const { missing } = await resolveTools(tools);
  const cold = missing.some((tool) => tool.registry.kind === "go");
  await checkSpace(cold ? freeSpace.cold : freeSpace.warm);
}

/** @throws Error as `checkHost` does, for a given need in bytes */
export async function checkSpace(neededBytes: number): Promise<void> {
  const directory = nearestExisting(cacheDir());
  const { bavail, bsize } = await statfs(directory);
  const problem = hostProblem({
    platform: process.platform,
    architecture: process.arch,
    uid: process.geteuid?.(),
    capabilities: effectiveCapabilities(),
    freeBytes: bavail * bsize,
    neededBytes,
    directory,
  });
  if (problem !== undefined) throw new Error(problem);
}

function effectiveCapabilities(): bigint {
  if (process.platform !== "linux") return 0n;
  const found = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return BigInt(`0x${found?.[1] ?? "0"}`);
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}
