import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../automation/kubernetesObject";
import { rehearsalObjects, type RehearsalSources } from "../../../automation/rehearsal";
import { describeRehearsal } from "../../../cli/rehearsalText";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupJobSpec } from "../../../plan/backupJob";
import { backupRuns } from "../../../plan/backupRuns";

const run = backupRuns(backupClasses(defaultRetentionDays)).find(({ name }) => name === "verify-database");
assert.ok(run);
const object = (kind: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "lstm-pfd", uid: "u", resourceVersion: "7" },
  ...more,
});
const sources: RehearsalSources = {
  verification: object("CronJob", run.name, {
    spec: {
      jobTemplate: {
        spec: backupJobSpec(run, {
          images: { postgres: "registry/postgres:1", operations: "registry/operations:1" },
          environment: { S3_BUCKET: "backups" },
        }),
      },
    },
  }),
  configuration: object("ConfigMap", "lstm-pfd-repository", { data: { "pgbackrest.conf": "[global]" } }),
  readerSecret: object("Secret", "lstm-pfd-repository-reader", { type: "Opaque", data: { KEY: "c2VjcmV0" } }),
  readerAccount: object("ServiceAccount", "lstm-pfd-reader", { automountServiceAccountToken: false }),
  pullSecret: undefined,
  databaseClaim: object("PersistentVolumeClaim", "lstm-pfd-postgresql", {
    spec: { resources: { requests: { storage: "20Gi" } }, storageClassName: "fast", volumeName: "pv-1" },
  }),
};

describe("a rehearsal beside a living platform", () => {
  const objects = rehearsalObjects("lstm-pfd", sources);
  const job = objects.at(-1) as unknown as {
    spec: {
      backoffLimit: number;
      template: {
        spec: {
          serviceAccountName: string;
          containers: { command: string[]; envFrom: unknown; env: { name: string }[]; image: string }[];
          volumes: {
            name: string;
            ephemeral?: { volumeClaimTemplate: { spec: object } };
            persistentVolumeClaim?: object;
          }[];
        };
      };
    };
  };

  it("has a namespace of its own, for everything", () => {
    const [namespace, ...others] = objects;
    assert.deepEqual(namespace?.metadata, {
      name: "lstm-pfd-rehearsal",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
    for (const { metadata } of others) assert.equal(metadata["namespace"], "lstm-pfd-rehearsal");
  });

  it("takes over what objects hold, and nothing that the API server has added", () => {
    assert.deepEqual(
      objects.find(({ kind }) => kind === "Secret"),
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "lstm-pfd-repository-reader", namespace: "lstm-pfd-rehearsal" },
        data: { KEY: "c2VjcmV0" },
        type: "Opaque",
      },
    );
  });

  it("runs with the reader's rights alone, once, on a volume that goes with its pod", () => {
    const { spec } = job.spec.template;
    const [container] = spec.containers;
    assert.equal(job.spec.backoffLimit, 0);
    assert.equal(spec.serviceAccountName, "lstm-pfd-reader");
    assert.equal(container?.image, "registry/postgres:1");
    assert.deepEqual(container.command, ["tini", "--", "node", "/opt/recovery/rehearse-database.js"]);
    assert.deepEqual(container.envFrom, [{ secretRef: { name: "lstm-pfd-repository-reader" } }]);
    assert.ok(container.env.every(({ name }) => !/ARCHIVE_S3|PASSWORD|SITE_ID|TAKE_OVER/.test(name)));
    assert.deepEqual(spec.volumes.find(({ name }) => name === "data")?.ephemeral?.volumeClaimTemplate.spec, {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "20Gi" } },
      storageClassName: "fast",
    });
    assert.ok(spec.volumes.every(({ persistentVolumeClaim }) => persistentVolumeClaim === undefined));
  });

  it("says what it proved and what not, and never more than it was told", () => {
    const text = describeRehearsal({
      action: "rehearsed",
      headGeneration: 3,
      label: "20260101-000000F",
      databaseBytes: 2 ** 30,
      downloadSeconds: 61,
      replaySeconds: 2,
      segmentsReplayed: 4,
      lastSegment: "000000030000000000000009",
      dataAgeSeconds: 30,
      heartbeatAt: "2026-01-01T00:00:00.000Z",
      rowCounts: { experiments: 5, users: 2 },
    });
    assert.match(
      text,
      /generation 3 comes back from base backup 20260101-000000F \(1\.0 GiB, fetched in 1 min 1 s\)/,
    );
    assert.match(text, /2 tables with 7 rows; newest heartbeat 2026-01-01T00:00:00.000Z/);
    assert.match(text, /Nothing was claimed and nothing was archived.*Not rehearsed: cluster/s);
    assert.match(describeRehearsal(undefined), /is not known/);
  });
});
