import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNKNOWN, type Properties } from "../../../../../local-cloud/providers/framework/provider";
import {
  checkSettings,
  diffSettings,
  settingsOf,
} from "../../../../../local-cloud/providers/kubernetes/settings";

function kubeconfig(server: string, token = "t"): string {
  return JSON.stringify({
    "current-context": "one",
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { token } }],
    contexts: [
      { name: "one", context: { cluster: "c", user: "u", namespace: "from-context" } },
      { name: "two", context: { cluster: "c", user: "u" } },
    ],
  });
}

describe("settings of the kubernetes provider", () => {
  const checked: [string, Properties, string[]][] = [
    ["a content", { kubeconfig: kubeconfig("https://a") }, []],
    ["an object", { kubeconfig: JSON.parse(kubeconfig("https://a")) as Properties }, []],
    ["what is not known yet", { kubeconfig: UNKNOWN }, []],
    ["a path that is not there", { kubeconfig: "/nowhere/config" }, ["kubeconfig"]],
    ["no kubeconfig at all", {}, []],
    [
      "a context that is not there",
      { kubeconfig: kubeconfig("https://a"), context: "three" },
      ["kubeconfig"],
    ],
    ["applying on the client", { enableServerSideApply: false }, ["enableServerSideApply"]],
    ["rendering to files", { renderYamlToDirectory: "x" }, ["renderYamlToDirectory"]],
  ];
  for (const [what, inputs, failures] of checked)
    it(`are ${failures.length === 0 ? "taken" : "refused"}: ${what}`, () => {
      assert.deepEqual(
        checkSettings(inputs).map(({ property }) => property),
        failures,
      );
    });

  it("have the namespace of the provider, of the context, or the default one", () => {
    const content = kubeconfig("https://a");
    assert.equal(settingsOf({ kubeconfig: content, namespace: "own" }).namespace, "own");
    assert.equal(settingsOf({ kubeconfig: content }).namespace, "from-context");
    assert.equal(settingsOf({ kubeconfig: content, context: "two" }).namespace, "default");
  });

  it("read a kubeconfig by its path", () => {
    const directory = mkdtempSync(join(tmpdir(), "settings-"));
    const path = join(directory, "config");
    writeFileSync(path, kubeconfig("https://a"));
    assert.equal(settingsOf({ kubeconfig: path }).kubeconfig, kubeconfig("https://a"));
    rmSync(directory, { recursive: true });
  });

  const a = kubeconfig("https://a");
  const moves: [string, Properties, Properties, string[]][] = [
    ["nothing", { kubeconfig: a }, { kubeconfig: a }, []],
    ["another token", { kubeconfig: a }, { kubeconfig: kubeconfig("https://a", "u") }, []],
    ["another server", { kubeconfig: a }, { kubeconfig: kubeconfig("https://b") }, ["kubeconfig"]],
    ["a server that is not known yet", { kubeconfig: a }, { kubeconfig: UNKNOWN }, ["kubeconfig"]],
    [
      "another server with the same identifier",
      { kubeconfig: a, clusterIdentifier: "x" },
      { kubeconfig: kubeconfig("https://b"), clusterIdentifier: "x" },
      [],
    ],
    [
      "another identifier",
      { kubeconfig: a, clusterIdentifier: "x" },
      { kubeconfig: a, clusterIdentifier: "y" },
      ["clusterIdentifier"],
    ],
    ["a new identifier", { kubeconfig: a }, { kubeconfig: a, clusterIdentifier: "y" }, []],
  ];
  for (const [what, old, now, replacing] of moves)
    it(`replace ${replacing.length === 0 ? "nothing" : "everything"} for ${what}`, () => {
      const changes = Object.entries(diffSettings(old, now).changes);
      assert.deepEqual(
        changes.filter(([, change]) => change.endsWith("-replace")).map(([path]) => path),
        replacing,
      );
    });
});
