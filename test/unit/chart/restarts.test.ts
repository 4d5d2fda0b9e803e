import assert from "node:assert/strict";
import { chartValues } from "../../../plan/applicationValues";
import { type DigestedSecrets, secretDigests } from "../../../plan/secretDigests";
import { type KubernetesObject, needed, render, withHelm } from "./rendered";

const secrets: DigestedSecrets = {
  dbPassword: "password",
  jwtSecret: "jwt",
  secretKey: "key",
  repositoryCipherPass: "c".repeat(64),
  writer: { accessKeyId: "AKIA", secretAccessKey: "secret" },
};

interface Template {
  metadata: { annotations: Record<string, string> };
  spec: { containers: { name: string; env?: { name: string; valueFrom?: object }[] }[] };
}

describe("pods of the chart", () => {
  withHelm();

  const templates = (changes: Partial<DigestedSecrets> = {}): Map<string, Template> => {
    const values = chartValues({
      images: needed.images,
      dashboardReplicas: 2,
      workerReplicas: 1,
      archiveTimeoutSeconds: 50,
      secretDigests: secretDigests({ ...secrets, ...changes }),
    });
    const workload = ({ kind }: KubernetesObject): boolean => /^(Deployment|StatefulSet)$/.test(kind);
    return new Map(
      render(values)
        .filter(workload)
        .map(({ metadata, spec }) => [metadata.name, spec["template"] as Template]),
    );
  };

  const cases: [what: string, changes: Partial<DigestedSecrets>, restarted: string[]][] = [
    ["nothing does", {}, []],
    [
      "the database's password does",
      { dbPassword: "another" },
      ["lstm-pfd-dashboard", "lstm-pfd-postgresql", "lstm-pfd-redis", "lstm-pfd-worker"],
    ],
    [
      "the key of tokens does",
      { jwtSecret: "another" },
      ["lstm-pfd-dashboard", "lstm-pfd-redis", "lstm-pfd-worker"],
    ],
    [
      "the writer's key does",
      { writer: { accessKeyId: "AKIB", secretAccessKey: "another" } },
      ["lstm-pfd-postgresql"],
    ],
  ];
  for (const [what, changes, restarted] of cases)
    it(`restart when what they have read changes: ${what}`, () => {
      const before = templates();
      const changed = [...templates(changes)]
        .filter(([name, template]) => JSON.stringify(template) !== JSON.stringify(before.get(name)))
        .map(([name]) => name);
      assert.deepEqual(changed.sort(), restarted);
    });

  it("have the database's role take the password in force when they start", () => {
    const { spec } = templates().get("lstm-pfd-postgresql") ?? assert.fail("no database");
    const heartbeat = spec.containers.find(({ name }) => name === "heartbeat");
    assert.deepEqual(
      heartbeat?.env?.find(({ name }) => name === "DB_PASSWORD"),
      {
        name: "DB_PASSWORD",
        valueFrom: { secretKeyRef: { name: "lstm-pfd-secrets", key: "DB_PASSWORD" } },
      },
    );
    assert.ok(heartbeat.env.some(({ name }) => name === "DB_USER"));
  });
});
