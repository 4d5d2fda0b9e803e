import assert from "node:assert/strict";
import { confirmSnapshot } from "../../../automation/confirmSnapshot";
import type { Kubectl } from "../../../automation/kubectl";
import { backupJobSpec } from "../../../plan/backupJob";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns } from "../../../plan/backupRuns";

describe("the confirmation of a snapshot", () => {
  it("runs with the image, the volume and the rights of the CronJob that takes them, and once", async () => {
    const run = backupRuns(backupClasses(defaultRetentionDays)).find(
      ({ name }) => name === "backup-models-always",
    );
    assert.ok(run);
    const images = { postgres: "p", operations: "registry/operations:1" };
    const spec = backupJobSpec(run, {
      images,
      environment: { S3_BUCKET: "backups" },
      modelsShrinkPercent: 20,
    });
    const cronJob = { metadata: { name: run.name }, spec: { jobTemplate: { spec } } };
    const made: { metadata: { name: string }; spec: { backoffLimit: number; template: { spec: object } } }[] =
      [];
    const kubectl = {
      call: (words: string[]) => {
        assert.deepEqual(words, ["get", "cronjob", "backup-models-always", "--output=json"]);
        return Promise.resolve(JSON.stringify(cronJob));
      },
      runJob: (job: (typeof made)[number]) => {
        made.push(job);
        return Promise.resolve({ action: "confirmed" });
      },
    } as unknown as Kubectl;
    assert.deepEqual(await confirmSnapshot(kubectl, "models-20260131-030000"), { action: "confirmed" });
    const [job] = made;
    assert.match(job?.metadata.name ?? "", /^confirm-models-20260131-030000-[a-z0-9]+$/);
    assert.equal(job?.spec.backoffLimit, 0);
    const pod = JSON.stringify(job.spec.template.spec);
    assert.match(pod, /"\/opt\/recovery\/backup-models\.js","confirm","models-20260131-030000"\]/);
    assert.match(pod, /"serviceAccountName":"lstm-pfd-writer"/);
    assert.match(pod, /"image":"registry\/operations:1"/);
    assert.match(pod, /"name":"MODELS_SHRINK_PERCENT","value":"20"/);
  });
});
