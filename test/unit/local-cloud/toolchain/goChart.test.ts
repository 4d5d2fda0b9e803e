import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { assembleChart, chartDir } from "../../../../local-cloud/toolchain/goChart";

describe("a chart out of a Go module", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "chart-"))));
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("stands beside the executables", () => {
    assert.equal(chartDir("/cache/cert-manager-1/bin"), "/cache/cert-manager-1/chart");
  });

  it("has its version, and one template with all definitions", async () => {
    const module = join(directory, "module");
    mkdirSync(join(module, "charts", "c", "templates"), { recursive: true });
    mkdirSync(join(module, "crds"));
    writeFileSync(
      join(module, "charts", "c", "Chart.template.yaml"),
      "apiVersion: v1\nname: c\nversion: v0.1.0\n",
    );
    writeFileSync(join(module, "charts", "c", "templates", "deployment.yaml"), "kind: Deployment\n");
    writeFileSync(join(module, "crds", "b.yaml"), "kind: B\n");
    writeFileSync(join(module, "crds", "a.yaml"), "kind: A\n");
    writeFileSync(join(module, "crds", "README.md"), "");
    const chart = { module: "m", version: "v1.2.3", directory: "charts/c", definitions: "crds" };
    const made = join(directory, "chart");
    await assembleChart(module, chart, made);
    assert.deepEqual(readdirSync(made).sort(), ["Chart.yaml", "templates"]);
    assert.deepEqual(parse(readFileSync(join(made, "Chart.yaml"), "utf8")), {
      apiVersion: "v1",
      name: "c",
      version: "v1.2.3",
      appVersion: "v1.2.3",
    });
    assert.equal(
      readFileSync(join(made, "templates", "crds.yaml"), "utf8"),
      "{{- if .Values.installCRDs }}\nkind: A\n\n---\nkind: B\n\n{{- end }}\n",
    );
  });
});
