import assert from "node:assert/strict";
import { Rehearsals, type RehearsalsArgs } from "../../../components/rehearsals";
import { only, recordResources } from "./recordResources";

const args: RehearsalsArgs = {
  namespace: "lstm-pfd",
  postgresImage: "registry/postgres:1",
  environment: { S3_BUCKET: "backups" },
  copy: { sizeGi: 20, storageClass: "fast" },
  podIdentity: false,
  site: "prod/lstm-pfd",
  schedule: "20 4 * * *",
  hours: 6,
  archiveTimeoutSeconds: 50,
  maxDataAgeSeconds: 14_400,
  assertions: "",
  heapAllIndexed: false,
};

interface CronJob {
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    schedule: string;
    suspend: boolean;
    concurrencyPolicy: string;
    jobTemplate: { spec: { backoffLimit: number; activeDeadlineSeconds: number; template: { spec: Pod } } };
  };
}

interface Pod {
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  affinity?: object;
  securityContext: { runAsNonRoot: boolean };
  volumes: { name: string; configMap?: object; ephemeral?: object; persistentVolumeClaim?: object }[];
  containers: {
    command: string[];
    image: string;
    envFrom: object[];
    env: { name: string; value?: string; valueFrom?: object }[];
    resources: { limits: object };
    securityContext: { readOnlyRootFilesystem: boolean };
    volumeMounts: { name: string; mountPath: string }[];
  }[];
}

async function build(changes: Partial<RehearsalsArgs> = {}): Promise<{ cronJob: CronJob; pod: Pod }> {
  const resources = await recordResources(() => {
    new Rehearsals("rehearsals", { ...args, ...changes });
  });
  const cronJob = only(resources, "kubernetes:batch/v1:CronJob", "rehearsals") as unknown as CronJob;
  return { cronJob, pod: cronJob.spec.jobTemplate.spec.template.spec };
}

describe("Rehearsals", () => {
  it("run once at a time, end by themselves, and are not repeated when they have failed", async () => {
    const { cronJob } = await build();
    const { spec } = cronJob;
    assert.equal(cronJob.metadata.name, "rehearse");
    assert.equal(cronJob.metadata.labels["recovery.lstm-pfd/role"], "verify");
    assert.equal(cronJob.metadata.labels["recovery.lstm-pfd/class"], undefined);
    assert.deepEqual([spec.schedule, spec.suspend, spec.concurrencyPolicy], ["20 4 * * *", false, "Forbid"]);
    assert.equal(spec.jobTemplate.spec.backoffLimit, 0);
    assert.equal(spec.jobTemplate.spec.activeDeadlineSeconds, 6 * 3600);
  });

  it("have the reader's rights and the key that creates evidence, and no other", async () => {
    const { pod } = await build();
    const [container] = pod.containers;
    assert.ok(container);
    assert.equal(pod.serviceAccountName, "lstm-pfd-reader");
    assert.equal(pod.automountServiceAccountToken, false);
    assert.deepEqual(container.envFrom, [{ secretRef: { name: "lstm-pfd-repository-reader" } }]);
    const secrets = container.env.flatMap(({ name, valueFrom }) =>
      valueFrom === undefined ? [] : [[name, valueFrom]],
    );
    const key = (entry: string) => ({
      secretKeyRef: { name: "lstm-pfd-repository-evidence", key: entry },
    });
    assert.deepEqual(secrets, [
      ["EVIDENCE_S3_KEY", key("AWS_ACCESS_KEY_ID")],
      ["EVIDENCE_S3_KEY_SECRET", key("AWS_SECRET_ACCESS_KEY")],
    ]);
    assert.ok(container.env.every(({ name }) => !/ARCHIVE_S3|PASSWORD|SITE_ID|TAKE_OVER/.test(name)));
    assert.equal(
      container.env.find(({ name }) => name === "TIME_LIMIT_SECONDS")?.value,
      String(6 * 3600 - 300),
    );
  });

  it("work on a volume of their own, which goes with the pod, on any node", async () => {
    const { pod } = await build();
    assert.deepEqual(pod.volumes.find(({ name }) => name === "data")?.ephemeral, {
      volumeClaimTemplate: {
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "20Gi" } },
          storageClassName: "fast",
        },
      },
    });
    assert.ok(pod.volumes.every(({ persistentVolumeClaim }) => persistentVolumeClaim === undefined));
    assert.equal(pod.affinity, undefined);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.equal(pod.containers[0]?.securityContext.readOnlyRootFilesystem, true);
    assert.deepEqual(pod.containers[0].resources.limits, { memory: "1Gi" });
    assert.deepEqual(pod.containers[0].command, ["tini", "--", "node", "/opt/recovery/rehearse.js"]);
  });

  it("take the cluster's own class of volumes where none is named", async () => {
    const { pod } = await build({ copy: { sizeGi: 1, storageClass: "" } });
    assert.doesNotMatch(JSON.stringify(pod.volumes), /storageClassName/);
  });

  it("find the operator's assertions, and begin without a ConfigMap that was never made", async () => {
    const { pod } = await build({ assertions: "mine" });
    assert.deepEqual(pod.volumes.find(({ name }) => name === "assertions")?.configMap, {
      name: "mine",
      optional: true,
    });
    assert.ok(pod.containers[0]?.volumeMounts.some(({ mountPath }) => mountPath === "/etc/rehearsal"));
    assert.ok(
      pod.containers[0]?.env.some(({ name, value }) => name === "REHEARSAL_ASSERTIONS" && value === "mine"),
    );
    assert.doesNotMatch(JSON.stringify((await build()).pod), /assertions|REHEARSAL_ASSERTIONS/);
  });

  it("act at AWS as the one role that reads and creates evidence", async () => {
    const { pod } = await build({ podIdentity: true });
    assert.equal(pod.serviceAccountName, "lstm-pfd-evidence");
    assert.doesNotMatch(JSON.stringify(pod.containers), /EVIDENCE_S3_KEY/);
  });

  it("wait to be started by hand without a schedule", async () => {
    const { cronJob } = await build({ schedule: "" });
    assert.equal(cronJob.spec.suspend, true);
    assert.equal(cronJob.metadata.labels["recovery.lstm-pfd/role"], "restore");
  });
});
