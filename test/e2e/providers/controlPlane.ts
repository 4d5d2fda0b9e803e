import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../lib/process";
import { waitForSuccess } from "../../../lib/wait";

const TOKEN = "end-to-end";

/** A Kubernetes control plane on the loopback, without nodes: objects are real, but no pod ever runs. */
export interface ControlPlane {
  kubeconfig: string;
  /** Runs kubectl as an administrator. */
  kubectl(...args: string[]): string;
  /** Stops the API server, as if the cluster were gone. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts etcd, API server and controller manager of a toolchain. */
export async function startControlPlane(binDir: string): Promise<ControlPlane> {
  const directory = mkdtempSync(join(tmpdir(), "control-plane-"));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const file = (name: string, content: string): string => {
    const path = join(directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const key = file("service-accounts.key", privateKey);
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "end-to-end",
    clusters: [
      { name: "c", cluster: { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: "u", user: { token: TOKEN } }],
    contexts: [{ name: "end-to-end", context: { cluster: "c", user: "u" } }],
  });
  const kubeconfigFile = file("kubeconfig", kubeconfig);
  const start = (command: string, args: readonly string[]): ChildProcess =>
    spawn(join(binDir, command), args, {
      stdio: [
        "ignore",
        openSync(join(directory, `${command}.log`), "a"),
        openSync(join(directory, `${command}.log`), "a"),
      ],
    });
  const etcdUrls = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`] as const;
  const etcd = start("etcd", [
    `--data-dir=${join(directory, "etcd")}`,
    `--listen-client-urls=${etcdUrls[0]}`,
    `--advertise-client-urls=${etcdUrls[0]}`,
    `--listen-peer-urls=${etcdUrls[1]}`,
    `--initial-advertise-peer-urls=${etcdUrls[1]}`,
    `--initial-cluster=default=${etcdUrls[1]}`,
    "--unsafe-no-fsync",
  ]);
  const server = start("kube-apiserver", [
    `--etcd-servers=${etcdUrls[0]}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${directory}`,
    `--token-auth-file=${file("tokens.csv", `${TOKEN},admin,1,"system:masters"\n`)}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.99.0.0/24",
    "--service-account-issuer=https://end-to-end",
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
  ]);
  const running = [server, etcd];
  const kubectl = (...args: string[]): string =>
    execFileSync(join(binDir, "kubectl"), [`--kubeconfig=${kubeconfigFile}`, ...args], { encoding: "utf8" });
  const plane: ControlPlane = {
    kubeconfig,
    kubectl,
    halt: () => ended(server),
    async stop() {
      await Promise.all(running.map(ended));
      rmSync(directory, { recursive: true, force: true });
    },
  };
  try {
    const ask = (...args: string[]): Promise<unknown> =>
      run(join(binDir, "kubectl"), [`--kubeconfig=${kubeconfigFile}`, ...args]);
    await waitForSuccess("the API server to be ready", { timeoutMs: 90_000 }, () =>
      ask("get", "--raw=/readyz"),
    );
    running.unshift(
      start("kube-controller-manager", [
        `--kubeconfig=${kubeconfigFile}`,
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        "--secure-port=0",
        `--service-account-private-key-file=${key}`,
      ]),
    );
    await waitForSuccess("the controllers to work", { timeoutMs: 60_000 }, () =>
      ask("get", "serviceaccount", "default"),
    );
    return plane;
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    child.kill("SIGKILL");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
