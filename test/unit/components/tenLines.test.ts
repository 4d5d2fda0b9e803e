import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApplicationNamespace, Cluster, Volumes } from "../../../components";
import * as components from "../../../components";
import { projectRoot } from "../../../lib/paths";
import { recordResources } from "./recordResources";

/** What a project writes that wants the components and nothing else: docs/architecture.md shows it. */
function program(kubeconfig: string): void {
  const { provider } = new Cluster("cluster", { kubeconfig });
  const { namespace } = new ApplicationNamespace("namespace", { namespace: "shop" }, { provider });
  new Volumes(
    "volumes",
    { namespace, databaseSizeGi: 10, checkpointsSizeGi: 5, protectData: true },
    { provider },
  );
}

describe("the components by themselves", () => {
  it("make a program of three of them in ten lines", async () => {
    const made = await recordResources(() => {
      program("of a cluster");
    });
    assert.deepEqual(
      made.map(({ type, name }) => `${type} ${name}`),
      [
        "kubernetes:core/v1:Namespace namespace",
        "kubernetes:core/v1:PersistentVolumeClaim volumes-checkpoints",
        "kubernetes:core/v1:PersistentVolumeClaim volumes-database",
        "lstm-pfd:index:ApplicationNamespace namespace",
        "lstm-pfd:index:Cluster cluster",
        "lstm-pfd:index:Volumes volumes",
        "pulumi:providers:kubernetes cluster",
      ],
    );
  });

  it("are all exported, with their arguments", () => {
    const directory = join(projectRoot, "components");
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && file !== "index.ts" && !file.startsWith("shared/"),
    );
    for (const file of files) {
      const text = readFileSync(join(directory, file), "utf8");
      const classes = [...text.matchAll(/^export class (\w+) extends pulumi\.ComponentResource/gm)];
      assert.equal(classes.length, 1, `components/${file} holds ${classes.length} components`);
      const name = classes[0]?.[1] ?? "";
      assert.ok(name in components, `components/index.ts lacks ${name}`);
    }
    assert.equal(
      files.length,
      Object.values(components).filter((each) => typeof each === "function" && /^class /.test(String(each)))
        .length,
    );
  });
});
