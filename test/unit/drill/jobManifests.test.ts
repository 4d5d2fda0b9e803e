import assert from "node:assert/strict";
import { checkpointsJob, type JobManifest, writerJob } from "../../../drill/jobManifests";

interface PodSpec {
  restartPolicy: string;
  automountServiceAccountToken: boolean;
  securityContext: { runAsNonRoot: boolean; seccompProfile: { type: string } };
  containers: { image: string; command: string[]; env: { name: string }[]; securityContext: object }[];
  volumes: { name: string; persistentVolumeClaim?: { claimName: string } }[];
}

const args = { namespace: "lstm-pfd", image: "docker.io/lstm-pfd/operations:1", nonce: "0123456789abcdef" };

function podOf(job: JobManifest): PodSpec {
  return (job.spec as { template: { spec: PodSpec } }).template.spec;
}

describe("Jobs of the drill", () => {
  for (const job of [writerJob(args), checkpointsJob(args)])
    it(`${job.metadata.name} meets the restricted standard and does not start again by itself`, () => {
      const pod = podOf(job);
      const [container] = pod.containers;
      assert.ok(container);
      assert.equal(job.metadata.namespace, "lstm-pfd");
      assert.equal((job.spec as { backoffLimit: number }).backoffLimit, 0);
      assert.deepEqual([pod.restartPolicy, pod.automountServiceAccountToken], ["Never", false]);
      assert.equal(pod.securityContext.runAsNonRoot, true);
      assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
      assert.equal(container.image, args.image);
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    });

  it("give the writer the database's address from the secret and nothing else", () => {
    const { containers, volumes } = podOf(writerJob(args));
    assert.deepEqual(containers[0]?.env, [
      { name: "DRILL_NONCE", value: args.nonce },
      {
        name: "DATABASE_URL",
        valueFrom: { secretKeyRef: { name: "lstm-pfd-secrets", key: "DATABASE_URL" } },
      },
    ]);
    assert.deepEqual(volumes, [{ name: "tmp", emptyDir: {} }]);
  });

  it("mount the checkpoints where they are wanted", () => {
    const { volumes } = podOf(checkpointsJob({ ...args, checkpointsClaim: "other" }));
    assert.equal(volumes[0]?.persistentVolumeClaim?.claimName, "other");
  });

  it("have names that Kubernetes takes", () => {
    for (const { metadata } of [writerJob(args), checkpointsJob(args)])
      assert.match(metadata.name, /^[a-z0-9-]{1,63}$/);
    assert.throws(() => writerJob({ ...args, nonce: "Not a nonce" }), /must be 8 to 32/);
  });
});
