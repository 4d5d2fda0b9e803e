import assert from "node:assert/strict";
import { asked, askedFor, jobFromPattern } from "../../../automation/jobFromPattern";
import type { KubernetesObject } from "../../../automation/kubernetesObject";
import { recoveryLabels } from "../../../plan/names";
import { recoveryPodTemplate } from "../../../plan/recoveryPod";
import { stepJobSpec } from "../../../plan/stepJob";

const labels = recoveryLabels("restore-models", "models", "restore");
const template = recoveryPodTemplate({
  command: ["restore-models"],
  image: "registry/operations:1",
  podKind: "checkpoints",
  serviceAccount: "lstm-pfd-reader",
  labels,
  repositoryRole: "reader",
  environment: { S3_BUCKET: "backups", RESTORE_MODELS: "models-20260101-000000" },
});
const ofController = {
  "batch.kubernetes.io/controller-uid": "u",
  "batch.kubernetes.io/job-name": "restore-models",
  "controller-uid": "u",
  "job-name": "restore-models",
};
/** As `kubectl get job --output=json` shows it. */
const pattern = JSON.parse(
  JSON.stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: "restore-models",
      namespace: "lstm-pfd",
      uid: "u",
      resourceVersion: "7",
      labels,
      annotations: { "pulumi.com/replaceUnready": "true" },
    },
    spec: {
      ...stepJobSpec(template),
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u" } },
      suspend: false,
      template: { metadata: { labels: { ...labels, ...ofController } }, spec: template.spec },
    },
    status: { succeeded: 1 },
  }),
) as KubernetesObject;

const own = {
  name: "replace-models",
  command: ["replace-models", "replace"] as [string, ...string[]],
  environment: { RESTORE_MODELS: "", EXCHANGE_ID: "20260101-000000" },
  limitSeconds: 600,
};

describe("a Job made from one of the platform", () => {
  const job = jobFromPattern(pattern, own);
  const spec = job["spec"] as {
    backoffLimit: number;
    podFailurePolicy: unknown;
    template: {
      metadata: { labels: object };
      spec: { volumes: unknown; serviceAccountName: string; containers: Record<string, unknown>[] };
    };
  };

  it("has nothing by which the pattern knows its own pods, or the API server it", () => {
    assert.ok(
      !/controller-uid|job-name|"uid"|resourceVersion|selector|suspend|pulumi/.test(JSON.stringify(job)),
    );
    assert.ok(!("status" in job));
    assert.deepEqual(spec.template.metadata.labels, labels);
    assert.deepEqual(job.metadata["labels"], labels);
  });

  it("runs the other command with the same rights, image and volumes, once", () => {
    const [container] = spec.template.spec.containers;
    assert.deepEqual(container?.["command"], [
      "tini",
      "--",
      "node",
      "/opt/recovery/replace-models.js",
      "replace",
    ]);
    assert.equal(container["image"], "registry/operations:1");
    assert.deepEqual(container["envFrom"], [{ secretRef: { name: "lstm-pfd-repository-reader" } }]);
    assert.equal(spec.template.spec.serviceAccountName, "lstm-pfd-reader");
    assert.match(JSON.stringify(spec.template.spec.volumes), /"claimName":"lstm-pfd-checkpoints"/);
    assert.equal(spec.backoffLimit, 0);
    assert.ok(spec.podFailurePolicy !== undefined);
  });

  it("has its own variables in place of the pattern's", () => {
    assert.deepEqual(spec.template.spec.containers[0]?.["env"], [
      { name: "S3_BUCKET", value: "backups" },
      { name: "EXCHANGE_ID", value: "20260101-000000" },
      { name: "TIME_LIMIT_SECONDS", value: "300" },
    ]);
  });

  it("runs where the database's pod is, when it mounts the volume beside it", () => {
    const term = { topologyKey: "kubernetes.io/hostname" };
    const podAffinity = {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
    };
    const near = structuredClone(pattern);
    (near["spec"] as { template: { spec: object } }).template.spec = {
      ...(near["spec"] as { template: { spec: object } }).template.spec,
      affinity: { podAffinity },
    };
    const affinityOf = (besideDatabase: boolean): unknown =>
      (
        jobFromPattern(near, { ...own, besideDatabase })["spec"] as {
          template: { spec: { affinity?: object } };
        }
      ).template.spec.affinity;
    assert.deepEqual(affinityOf(false), { podAffinity });
    assert.deepEqual(affinityOf(true), {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
    });
  });

  it("says what it was asked for", () => {
    assert.deepEqual(job.metadata["annotations"], { [askedFor]: asked(own) });
    assert.notEqual(asked(own), asked({ ...own, environment: {} }));
  });
});
