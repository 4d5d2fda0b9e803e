import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CLUSTER_FILE_VARIABLE } from "../../../lib/clusterFile";
import { watchPods } from "../../../stacks/watchPods";
import { recordResources } from "../components/recordResources";

describe("the cluster of a running program", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cluster-"));
  });
  afterEach(() => {
    Reflect.deleteProperty(process.env, CLUSTER_FILE_VARIABLE);
    rmSync(directory, { recursive: true });
  });

  it("is told to who asks for it, and can be read by nobody else", async () => {
    const path = join(directory, "cluster.json");
    process.env[CLUSTER_FILE_VARIABLE] = path;
    await recordResources(() => {
      watchPods("apiVersion: v1", "lstm-pfd");
    });
    const { stack, ...cluster } = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
    assert.deepEqual(cluster, { kubeconfig: "apiVersion: v1", namespace: "lstm-pfd" });
    assert.equal(typeof stack, "string");
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("is watched by the program itself where a language host runs it", async () => {
    const words = join(directory, "words");
    const list = JSON.stringify({ items: [] });
    writeFileSync(join(directory, "kubectl"), `#!/bin/sh\necho "$@" >>"${words}"\necho '${list}'\n`, {
      mode: 0o755,
    });
    const kept = process.env["PATH"];
    process.env["PATH"] = `${directory}:${kept ?? ""}`;
    process.env["PULUMI_NODEJS_ENGINE"] = "127.0.0.1:1";
    try {
      await recordResources(() => {
        watchPods("apiVersion: v1", "lstm-pfd", 10);
      });
      while (!existsSync(words) || readFileSync(words, "utf8").split("\n").length < 3) await pause(20);
    } finally {
      process.env["PATH"] = kept;
      Reflect.deleteProperty(process.env, "PULUMI_NODEJS_ENGINE");
    }
    const [, kubeconfig = ""] =
      /^--kubeconfig=(\S+) --namespace=lstm-pfd --request-timeout=15s get jobs,pods,events --output=json$/m.exec(
        readFileSync(words, "utf8"),
      ) ?? [];
    assert.equal(readFileSync(kubeconfig, "utf8"), "apiVersion: v1");
    assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
  });

  it("is told to nobody otherwise", async () => {
    await recordResources(() => {
      watchPods("apiVersion: v1", "lstm-pfd");
    });
    assert.equal(existsSync(join(directory, "cluster.json")), false);
  });
});
