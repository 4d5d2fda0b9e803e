import { join } from "node:path";
import type { SandboxSpec } from "../sandbox/sandbox";
import { hostPortServices } from "../sandbox/hostPort";
import { quoted } from "../../lib/shell";
import {
  objectStoreAddress,
  objectStoreBridge,
  objectStorePodPort,
  objectStorePrefixLength,
} from "./address";

/** What the sandbox of an object store is made from. */
export interface StorePlan {
  name: string;
  /** On the host's 127.0.0.1. */
  port: number;
  /** Its files: `data`, `configuration`, `tls`. */
  directory: string;
  /** Path of SeaweedFS' executable. */
  weed: string;
}

/** Name of the purpose in messages and records. */
export const storePurpose = "object store";

/** Port inside at which the master of SeaweedFS says whether its volumes are there. */
export const masterPort = 9333;

// The sandbox's own /run: what is seen there does not depend on where the host keeps its state.
const HOME = "/run/object-store";

/** SeaweedFS' executable as the sandbox sees it. */
export const weedPath = "/run/weed";

/** Go keeps its heap below this with more work for its collector. Half as much costs a third of the throughput. */
const HEAP = "400MiB";

/** MiB of one volume file: small enough that a few fit on a small disk, large enough that few are open. */
const VOLUME_MIB = 1024;

/** Sandbox in which SeaweedFS runs: master, volumes, filer and S3 gateway in one process. */
export function storeSandbox({ name, port, directory, weed }: StorePlan): SandboxSpec {
  return {
    name,
    purpose: storePurpose,
    prepare: [
      `ip link add ${objectStoreBridge} type bridge`,
      `ip address add ${objectStoreAddress}/${objectStorePrefixLength} dev ${objectStoreBridge}`,
      `ip link set ${objectStoreBridge} up`,
      // The gateway's internal port is bound to the same address, and asks nobody for a key.
      `iptables -A INPUT -i ${objectStoreBridge} -p tcp ! --dport ${objectStorePodPort} -j REJECT`,
      `mkdir ${HOME}`,
      `mount --bind ${quoted(directory)} ${HOME}`,
      `touch ${weedPath}`,
      `mount --bind ${quoted(weed)} ${weedPath}`,
      "",
    ].join("\n"),
    services: {
      seaweedfs: {
        // SeaweedFS puts sockets with fixed names into /tmp, which another store would take over.
        command: "unshare",
        args: ["--mount", "--", "sh", "-c", `mount -t tmpfs tmpfs /tmp && cd ${HOME} && exec "$0" "$@"`]
          .concat(weedPath)
          .concat(seaweedfsArguments),
        env: { GOMEMLIMIT: HEAP },
      },
      ...hostPortServices(port, { host: "127.0.0.1", port: objectStorePodPort }),
    },
  };
}

const seaweedfsArguments: readonly string[] = [
  "-logtostderr=true",
  `-config_dir=${HOME}/configuration`,
  "server",
  `-dir=${HOME}/data`,
  "-ip=127.0.0.1",
  "-ip.bind=127.0.0.1",
  "-master.peers=none",
  // A master that remembers its volumes takes no writes for 15 s after a start; without, it learns them from the volumes at once.
  "-master.resumeState=false",
  "-master.telemetry=false",
  `-master.volumeSizeLimitMB=${VOLUME_MIB}`,
  "-volume.max=0",
  "-filer",
  `-filer.localSocket=/run/filer.sock`,
  "-s3",
  `-s3.ip.bind=${objectStoreAddress}`,
  `-s3.port=${objectStorePodPort}`,
  `-s3.cert.file=${HOME}/tls/server.pem`,
  `-s3.key.file=${HOME}/tls/server.key`,
  `-s3.config=${HOME}/configuration/identities.json`,
  `-s3.localSocket=/run/s3.sock`,
  "-s3.port.iceberg=0",
  "-s3.port.lance=0",
  "-s3.iam=false",
  "-s3.autoCreateBucket=false",
  "-s3.allowDeleteBucketNotEmpty=false",
];

/** Settings of the master: one volume at a time for each bucket, not seven. */
export const masterSettings = "[master.volume_growth]\ncopy_1 = 1\n";

/** Settings with the key that encrypts the keys of objects. Holds a secret. */
export function securitySettings(keyEncryptionKey: string): string {
  return `[s3.sse]\nkek = "${keyEncryptionKey}"\n`;
}

/** Names under which the files of {@link StorePlan.directory} are read. */
export function storeFiles(directory: string): Record<"data" | "tls" | "configuration", string> {
  return {
    data: join(directory, "data"),
    tls: join(directory, "tls"),
    configuration: join(directory, "configuration"),
  };
}
