import assert from "node:assert/strict";
import { readDockerConfig } from "../../../plan/imagePullSecret";
import {
  componentNames,
  databaseResourcesRule,
  embeddedResources,
  formatResources,
  parseResources,
  productionResources,
  resourcesRule,
} from "../../../plan/resources";

describe("resourcesRule", () => {
  const table: [text: string, holds: boolean][] = [
    ["requests.cpu=500m,requests.memory=1Gi,limits.memory=4Gi", true],
    ["limits.memory=4Gi,limits.cpu=2,requests.memory=1024Mi,requests.cpu=1500m", true],
    ["requests.cpu=1,requests.memory=1Gi,limits.memory=1024Mi", true],
    ["requests.cpu=1,requests.memory=1025Mi,limits.memory=1Gi", false],
    ["requests.cpu=2001m,requests.memory=1Gi,limits.memory=1Gi,limits.cpu=2", false],
    ["requests.memory=1Gi,limits.memory=4Gi", false],
    ["requests.cpu=1,limits.memory=4Gi", false],
    ["requests.cpu=1,requests.memory=1Gi", false],
    ["requests.cpu=1,requests.cpu=1,requests.memory=1Gi,limits.memory=4Gi", false],
    ["requests.cpu=1,requests.memory=1Gi,limits.memory=4Gi,limits.gpu=1", false],
    ["requests.cpu=0,requests.memory=1Gi,limits.memory=4Gi", false],
    ["requests.cpu=0.5,requests.memory=1Gi,limits.memory=4Gi", false],
    ["requests.cpu=1,requests.memory=1G,limits.memory=4G", false],
    ["requests.cpu=1,requests.memory=1,limits.memory=4", false],
    ["requests.cpu=1, requests.memory=1Gi,limits.memory=4Gi", false],
    ["4Gi", false],
  ];
  for (const [text, holds] of table)
    it(`${holds ? "takes" : "refuses"} ${text}`, () => {
      assert.equal(resourcesRule.holds(text.split(",")), holds);
    });

  it("is kept by its own example and by every default", () => {
    assert.ok(resourcesRule.holds(resourcesRule.example));
    for (const defaults of [productionResources, embeddedResources])
      for (const name of componentNames) {
        const text = formatResources(defaults[name]);
        assert.deepEqual(parseResources(text.split(",")), defaults[name], text);
      }
  });

  it("leaves the database room to run in", () => {
    const holds = (memory: string) =>
      databaseResourcesRule.holds(["requests.cpu=1", "requests.memory=256Mi", `limits.memory=${memory}`]);
    assert.deepEqual(["511Mi", "512Mi", "1Gi"].map(holds), [false, true, true]);
  });
});

describe("readDockerConfig", () => {
  const entry = (value: object) => JSON.stringify({ auths: { "registry.example.com": value } });
  const good = ["", entry({ auth: "dTpw" }), entry({ username: "u", password: "p" })];
  for (const text of good)
    it(`takes ${text || "nothing"}`, () => {
      assert.equal(readDockerConfig(text), text);
    });

  const bad = [
    "hunter2",
    "{}",
    '{"auths":{}}',
    '{"auths":null}',
    '{"credsStore":"desktop","auths":{"hunter2":{}}}',
    entry({ auth: "" }),
    entry({ username: "hunter2" }),
    "null",
    "[]",
  ];
  for (const text of bad)
    it(`refuses ${text}, and does not show it`, () => {
      assert.throws(
        () => readDockerConfig(text),
        ({ message }: Error) => message.startsWith("must be JSON as in ") && !message.includes("hunter2"),
      );
    });
});
