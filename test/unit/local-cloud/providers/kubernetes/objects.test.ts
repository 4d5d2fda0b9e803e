import assert from "node:assert/strict";
import type { JsonObject } from "../../../../../local-cloud/providers/kubernetes/json";
import { changesOf, differencesOf } from "../../../../../local-cloud/providers/framework/differences";
import { UNKNOWN, type Properties } from "../../../../../local-cloud/providers/framework/provider";
import {
  kindOf,
  kindFrom,
  isClusterScoped,
  type Kind,
} from "../../../../../local-cloud/providers/kubernetes/kinds";
import { takenOver } from "../../../../../local-cloud/providers/kubernetes/managedFields";
import { drawName, withName } from "../../../../../local-cloud/providers/kubernetes/naming";
import {
  importedInputs,
  normalise,
  withDashes,
  withUnderscores,
} from "../../../../../local-cloud/providers/kubernetes/normalise";
import { projectLive } from "../../../../../local-cloud/providers/kubernetes/projection";
import { replacingPaths } from "../../../../../local-cloud/providers/kubernetes/replaceRules";

const URN = "urn:pulumi:stack::project::kubernetes:core/v1:ConfigMap::settings";
const immutable = { enableConfigMapMutable: false, enableSecretMutable: false };
const mutable = { enableConfigMapMutable: true, enableSecretMutable: true };

describe("kinds of type tokens", () => {
  const cases: [string, Kind | undefined][] = [
    ["kubernetes:core/v1:Pod", { group: "", version: "v1", kind: "Pod" }],
    ["kubernetes:apps/v1:Deployment", { group: "apps", version: "v1", kind: "Deployment" }],
    [
      "kubernetes:rbac.authorization.k8s.io/v1:Role",
      { group: "rbac.authorization.k8s.io", version: "v1", kind: "Role" },
    ],
    ["kubernetes:example.com/v1alpha2:Thing", { group: "example.com", version: "v1alpha2", kind: "Thing" }],
    ["kubernetes:yaml/v2:ConfigGroup", undefined],
    ["kubernetes:helm.sh/v4:Chart", undefined],
    ["kubernetes:kustomize/v2:Directory", undefined],
    ["kubernetes:core/v1:ConfigMapPatch", undefined],
    ["kubernetes:core/v1:ConfigMapList", undefined],
    ["kubernetes:yaml:ConfigFile", undefined],
    ["random:index/randomId:RandomId", undefined],
  ];
  for (const [type, kind] of cases)
    it(`${kind ? "knows" : "refuses"} ${type}`, () => {
      assert.deepEqual(kindOf(type), kind);
    });

  it("know which belong to no namespace", () => {
    assert.equal(isClusterScoped(kindFrom("v1", "Namespace")), true);
    assert.equal(isClusterScoped(kindFrom("storage.k8s.io/v1", "StorageClass")), true);
    assert.equal(isClusterScoped(kindFrom("apps/v1", "Deployment")), false);
  });
});

describe("names", () => {
  const drawn = { name: "drawn", annotations: { "pulumi.com/autonamed": "true" } };
  const cases: [string, Properties, Properties | undefined, Properties][] = [
    ["the program's name", { metadata: { name: "given" } }, undefined, { metadata: { name: "given" } }],
    [
      "a name that is not known yet",
      { metadata: { name: UNKNOWN } },
      undefined,
      { metadata: { name: UNKNOWN } },
    ],
    ["a new name when there is none", {}, undefined, { metadata: drawn }],
    [
      "other annotations",
      { metadata: { annotations: { a: "b" } } },
      undefined,
      { metadata: { name: "drawn", annotations: { a: "b", "pulumi.com/autonamed": "true" } } },
    ],
    [
      "the name that was drawn before",
      {},
      { metadata: { ...drawn, name: "old" } },
      { metadata: { ...drawn, name: "old" } },
    ],
    ["no name that a program gave before", {}, { metadata: { name: "old" } }, {}],
  ];
  for (const [what, inputs, old, expected] of cases)
    it(`keep or draw ${what}`, () => {
      assert.deepEqual(
        withName(inputs, old, () => "drawn"),
        expected,
      );
    });

  it("are the same in a preview and its run, and others in the next one", () => {
    const seed = Uint8Array.from([1, 2, 3]);
    assert.match(drawName(URN, seed), /^settings-[0-9a-f]{8}$/);
    assert.equal(drawName(URN, seed), drawName(URN, Uint8Array.from([1, 2, 3])));
    assert.notEqual(drawName(URN, seed), drawName(URN, Uint8Array.from([4])));
  });
});

describe("what replaces an object", () => {
  const cases: [string, string, Properties, Properties, typeof mutable, Record<string, string>][] = [
    [
      "v1",
      "ConfigMap",
      { data: { a: "1" } },
      { data: { a: "2" } },
      immutable,
      { "data.a": "update-replace" },
    ],
    ["v1", "ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }, mutable, { "data.a": "update" }],
    [
      "v1",
      "ConfigMap",
      { immutable: true, data: { a: "1" } },
      { immutable: true, data: { a: "2" } },
      mutable,
      { "data.a": "update-replace" },
    ],
    ["v1", "Secret", { data: { a: "1" } }, { data: { a: "2" } }, immutable, { "data.a": "update-replace" }],
    ["v1", "Secret", { type: "a" }, { type: "b" }, mutable, { type: "update-replace" }],
    ["v1", "Secret", { data: { a: "1" } }, { data: { a: "2" } }, mutable, { "data.a": "update" }],
    [
      "v1",
      "Service",
      { spec: { clusterIP: "None" } },
      { spec: {} },
      immutable,
      { "spec.clusterIP": "delete-replace" },
    ],
    [
      "v1",
      "Service",
      { spec: { ports: [] } },
      { spec: { ports: [1] } },
      immutable,
      { "spec.ports[0]": "add" },
    ],
    [
      "apps/v1",
      "Deployment",
      { spec: { selector: { matchLabels: { a: "b" } } } },
      { spec: { selector: { matchLabels: { a: "c" } } } },
      immutable,
      { "spec.selector.matchLabels.a": "update-replace" },
    ],
    [
      "apps/v1",
      "Deployment",
      { spec: { replicas: 1 } },
      { spec: { replicas: 2 } },
      immutable,
      { "spec.replicas": "update" },
    ],
    [
      "apps/v1",
      "StatefulSet",
      { spec: { volumeClaimTemplates: [] } },
      { spec: { volumeClaimTemplates: [{}] } },
      immutable,
      { "spec.volumeClaimTemplates[0]": "add-replace" },
    ],
    [
      "batch/v1",
      "Job",
      { spec: { template: { spec: { containers: [{ image: "a" }] } } } },
      { spec: { template: { spec: { containers: [{ image: "b" }] } } } },
      immutable,
      { "spec.template.spec.containers[0].image": "update-replace" },
    ],
    [
      "v1",
      "Pod",
      { spec: { containers: [{ image: "a" }] } },
      { spec: { containers: [{ image: "b" }] } },
      immutable,
      { "spec.containers[0].image": "update-replace" },
    ],
    [
      "v1",
      "PersistentVolumeClaim",
      { spec: { resources: { requests: { storage: "1Gi" } } } },
      { spec: { resources: { requests: { storage: "2Gi" } } } },
      immutable,
      { "spec.resources.requests.storage": "update" },
    ],
    [
      "example.com/v1",
      "Thing",
      { metadata: { name: "a" } },
      { metadata: { name: "b" } },
      immutable,
      { "metadata.name": "update-replace" },
    ],
    [
      "rbac.authorization.k8s.io/v1",
      "RoleBinding",
      { roleRef: { name: "a" } },
      { roleRef: { name: "b" } },
      immutable,
      { "roleRef.name": "update-replace" },
    ],
  ];
  for (const [apiVersion, kind, old, now, options, changes] of cases)
    it(`is told for ${kind}: ${Object.entries(changes).flat().join(" ")}`, () => {
      const paths = replacingPaths(kindFrom(apiVersion, kind), now, options);
      assert.deepEqual(changesOf(differencesOf(old, now), paths), changes);
    });
});

describe("inputs in one form", () => {
  const secret = kindFrom("v1", "Secret");
  it("have the texts of a Secret as data", () => {
    assert.deepEqual(normalise(secret, { stringData: { a: "b", c: UNKNOWN }, data: { d: "ZQ==" } }), {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: "Yg==", c: UNKNOWN, d: "ZQ==" },
    });
  });
  it("are without what only the server writes, and without nulls", () => {
    const metadata = {
      name: "a",
      uid: "1",
      resourceVersion: "2",
      managedFields: [],
      creationTimestamp: null,
    };
    assert.deepEqual(normalise(secret, { metadata, type: null, __internal: {} }), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a" },
    });
  });
  it("are taken from a live object on import", () => {
    const metadata = {
      name: "a",
      uid: "1",
      labels: { x: "y" },
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" },
    };
    assert.deepEqual(importedInputs({ apiVersion: "v1", kind: "Pod", metadata, spec: {}, status: {} }), {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a", labels: { x: "y" } },
      spec: {},
    });
  });
  it("have names that TypeScript can write", () => {
    const live = { spec: [{ "x-kubernetes-preserve-unknown-fields": true, "other-name": 1 }] };
    const typed = { spec: [{ x_kubernetes_preserve_unknown_fields: true, "other-name": 1 }] };
    assert.deepEqual(withUnderscores(live), typed);
    assert.deepEqual(withDashes(typed), live);
  });
});

describe("a live object through its inputs", () => {
  const cases: [string, Properties, Properties, Properties, Properties][] = [
    ["what the server wrote otherwise", { cpu: "1000m" }, { cpu: "1" }, { cpu: "1" }, { cpu: "1000m" }],
    ["what has drifted", { cpu: "1000m" }, { cpu: "1" }, { cpu: "2" }, { cpu: "2" }],
    ["what others added", { a: 1 }, { a: 1 }, { a: 1, b: 2 }, { a: 1 }],
    [
      "what was removed",
      { l: { a: "1", b: "2" } },
      { l: { a: "1", b: "2" } },
      { l: { a: "1" } },
      { l: { a: "1" } },
    ],
    ["what the server never keeps", { a: {}, b: [] }, {}, {}, { a: {}, b: [] }],
    [
      "defaults in a list",
      { c: [{ name: "a", image: "x" }] },
      { c: [{ name: "a", image: "x", pull: "Always" }] },
      { c: [{ name: "a", image: "y", pull: "Always" }] },
      { c: [{ name: "a", image: "y" }] },
    ],
    [
      "a longer list",
      { c: [{ name: "a" }] },
      { c: [{ name: "a", d: 1 }] },
      { c: [{ name: "a", d: 1 }, { name: "b" }] },
      { c: [{ name: "a" }, { name: "b" }] },
    ],
    ["drift before it was ever read", { a: 1 }, {}, { a: 2 }, { a: 2 }],
  ];
  for (const [what, inputs, written, live, expected] of cases)
    it(`shows ${what}`, () => {
      assert.deepEqual(projectLive(inputs, written, live), expected);
    });
});

describe("owners of fields", () => {
  const entry = (manager: string, operation: string, fields: string[], subresource?: string): JsonObject => ({
    manager,
    operation,
    apiVersion: "v1",
    fieldsType: "FieldsV1",
    fieldsV1: Object.fromEntries(fields.map((field) => [`f:${field}`, {}])),
    ...(subresource === undefined ? {} : { subresource }),
  });
  const live = (...managedFields: ReturnType<typeof entry>[]): Parameters<typeof takenOver>[0] => ({
    apiVersion: "v1",
    metadata: { managedFields },
  });

  it("stay when nobody interfered", () => {
    assert.equal(
      takenOver(live(entry("mine", "Apply", ["a"]), entry("controller", "Update", ["b"])), "mine"),
      undefined,
    );
  });
  it("are taken from people and from the first write, not from controllers", () => {
    const owners = takenOver(
      live(
        entry("pulumi-kubernetes", "Update", ["a"]),
        entry("kubectl-edit", "Update", ["b"]),
        entry("kubectl", "Update", ["d"], "scale"),
        entry("controller", "Update", ["c"]),
        entry("kubectl", "Update", ["e"], "status"),
      ),
      "mine",
    );
    assert.deepEqual(owners, [
      entry("controller", "Update", ["c"]),
      entry("kubectl", "Update", ["e"], "status"),
      entry("mine", "Apply", ["a", "b", "d"]),
    ]);
  });
});
