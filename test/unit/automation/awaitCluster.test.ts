import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awaitCluster } from "../../../automation/awaitCluster";

describe("the first contact with a cluster that is there", () => {
  const path = process.env["PATH"] ?? "";
  let directory = "";
  let asked = "";
  let lines: string[] = [];
  const { signal } = new AbortController();
  const quick = { timeoutMs: 5_000, everyMs: 1, requestMs: 5_000 };
  const config = { cluster: "kubeconfig", kubeconfig: "/etc/kubeconfig" };
  const watching = { detail: (line: string) => lines.push(line), signal };
  /** Puts a kubectl on the path that answers from the given try on. */
  const answering = (from: number): void => {
    writeFileSync(
      join(directory, "kubectl"),
      `#!/bin/sh\necho "$@" >>"${asked}"\n[ "$(wc -l <"${asked}")" -ge ${from} ] || { echo "connection refused" >&2; exit 1; }\n`,
      { mode: 0o755 },
    );
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kubectl-"));
    asked = join(directory, "asked");
    lines = [];
    process.env["PATH"] = `${directory}:/usr/bin:/bin`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(directory, { recursive: true });
  });

  it("is tried again, and said", async () => {
    answering(3);
    await awaitCluster(config, watching, quick);
    assert.deepEqual(lines, [
      "waiting for the API server: kubectl get: connection refused",
      "waiting for the API server: kubectl get: connection refused",
    ]);
    assert.match(
      readFileSync(asked, "utf8"),
      /^--kubeconfig=\/etc\/kubeconfig --namespace=default get --raw=\/readyz\n/,
    );
  });

  it("has an end, before anything is touched", async () => {
    answering(1_000);
    await assert.rejects(
      awaitCluster(config, watching, { ...quick, timeoutMs: 20 }),
      /API server of lstm-pfd:kubeconfig "\/etc\/kubeconfig" does not answer \(kubectl get: connection refused\), and nothing was touched: /,
    );
  });

  it("ends when the work is stopped", async () => {
    answering(1_000);
    const stop = new AbortController();
    const stopped = new Error("stopped by SIGINT");
    const detail = (): void => {
      stop.abort(stopped);
    };
    await assert.rejects(awaitCluster(config, { detail, signal: stop.signal }, quick), stopped);
  });

  it("is left to others where the stack makes its cluster", async () => {
    answering(1);
    await awaitCluster({ cluster: "eks" }, watching, quick);
    await awaitCluster({}, watching, quick);
    assert.equal(existsSync(asked), false);
  });

  it("is left to the provider where there is no kubectl", async () => {
    process.env["PATH"] = directory;
    await awaitCluster(config, watching, quick);
    assert.deepEqual(lines, []);
  });
});
