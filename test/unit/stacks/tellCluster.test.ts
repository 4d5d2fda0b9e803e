import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLUSTER_FILE_VARIABLE } from "../../../lib/clusterFile";
import { tellCluster } from "../../../stacks/tellCluster";
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
      tellCluster("apiVersion: v1", "lstm-pfd");
    });
    const { stack, ...cluster } = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
    assert.deepEqual(cluster, { kubeconfig: "apiVersion: v1", namespace: "lstm-pfd" });
    assert.equal(typeof stack, "string");
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("is told to nobody otherwise", async () => {
    await recordResources(() => {
      tellCluster("apiVersion: v1", "lstm-pfd");
    });
    assert.equal(existsSync(join(directory, "cluster.json")), false);
  });
});
