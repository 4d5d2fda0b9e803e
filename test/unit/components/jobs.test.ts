import assert from "node:assert/strict";
import { Backups } from "../../../components/backups";
import { FirstBackup } from "../../../components/firstBackup";
import { PodCredentials } from "../../../components/podCredentials";
import { Recovery, type RecoveryArgs } from "../../../components/recovery";
import { Verification } from "../../../components/verification";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns, firstBackupRun } from "../../../plan/backupRuns";
import { disruptionsDoNotCount, stepJobSpec } from "../../../plan/stepJob";
import { only, type Recorded, recordResources } from "./recordResources";

const images = { postgres: "registry/postgres:1", operations: "registry/operations:1" };
const environment = { S3_BUCKET: "backups" };
const runs = backupRuns(backupClasses(defaultRetentionDays));
const namespace = "lstm-pfd";

/** As much of a pod as the tests look at. */
interface Pod {
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  securityContext: { runAsNonRoot: boolean; seccompProfile: object };
  affinity?: object;
  nodeSelector?: Record<string, string>;
  tolerations?: object[];
  containers: {
    name: string;
    image: string;
    command: string[];
    env: { name: string; value?: string; valueFrom?: object }[];
    envFrom: object[];
    resources: object;
    securityContext: object;
  }[];
}

function podOf(job: Record<string, unknown>): Pod {
  const { spec } = job as { spec: { template: { spec: Pod } } };
  return spec.template.spec;
}

function list(resources: readonly Recorded[]): string[] {
  return resources.map(({ type, name }) => `${type} ${name}`);
}

/** A recovery to the end of the archive, of the newest backups. */
const anyRecovery = {
  namespace,
  images,
  environment,
  site: { id: "5d1f", name: "test/lstm-pfd" },
  initialise: false,
  restoreSet: "",
  restoreModels: "",
  acceptEmptyTables: "",
};

describe("Recovery", () => {
  const record = () =>
    recordResources(() => {
      new Recovery("recovery", {
        namespace,
        images,
        environment,
        site: { id: "5d1f", name: "test/lstm-pfd" },
        initialise: false,
        restoreSet: "20260101-021500F",
        restoreModels: "models-20260101-033000",
        acceptEmptyTables: "notifications",
      });
    });

  it("is one Job for the database and one for the models, which end with the first refusal", async () => {
    const resources = await record();
    assert.deepEqual(list(resources), [
      "kubernetes:batch/v1:Job recovery-database",
      "kubernetes:batch/v1:Job recovery-models",
      "lstm-pfd:index:Recovery recovery",
    ]);
    for (const part of ["database", "models"]) {
      const { metadata, spec } = only(resources, "kubernetes:batch/v1:Job", `recovery-${part}`) as {
        metadata: { labels: Record<string, string> };
        spec: { podFailurePolicy: object };
      };
      assert.deepEqual(spec.podFailurePolicy, stepJobSpec({}).podFailurePolicy);
      assert.equal(metadata.labels["recovery.lstm-pfd/role"], "restore");
    }
  });

  it("reads with the reader's keys, and archives a promotion with the writer's", async () => {
    const pod = podOf(only(await record(), "kubernetes:batch/v1:Job", "recovery-database"));
    const [container] = pod.containers;
    assert.ok(container);
    assert.deepEqual(container.envFrom, [{ secretRef: { name: "lstm-pfd-repository-reader" } }]);
    const environmentOf = Object.fromEntries(
      container.env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
    );
    assert.deepEqual(environmentOf, {
      ARCHIVE_S3_KEY: {
        secretKeyRef: { name: "lstm-pfd-repository-writer", key: "PGBACKREST_REPO1_S3_KEY" },
      },
      ARCHIVE_S3_KEY_SECRET: {
        secretKeyRef: { name: "lstm-pfd-repository-writer", key: "PGBACKREST_REPO1_S3_KEY_SECRET" },
      },
      DB_PASSWORD: { secretKeyRef: { name: "lstm-pfd-secrets", key: "DB_PASSWORD" } },
      S3_BUCKET: "backups",
      POSTGRES_DB: "lstm_pfd",
      DB_USER: "lstm_pfd",
      SHARED_BUFFERS: "1024MB",
      SITE_ID: "5d1f",
      SITE_NAME: "test/lstm-pfd",
      ARCHIVE_TIMEOUT_SECONDS: "50",
      MAX_DATA_AGE_SECONDS: "14400",
      PERMIT_INITIALISE: "false",
      RESTORE_SET: "20260101-021500F",
      ACCEPT_EMPTY_TABLES: "notifications",
    });
    const models = podOf(only(await record(), "kubernetes:batch/v1:Job", "recovery-models")).containers[0];
    assert.equal(models?.env.find(({ name }) => name === "RESTORE_MODELS")?.value, "models-20260101-033000");
  });

  const accepted: [what: string, argument: keyof RecoveryArgs, name: string, value: string][] = [
    ["loss", "acceptLossAfter", "ACCEPT_LOSS_AFTER", "00000001000000000000002A"],
    ["change of collations", "acceptCollations", "ACCEPT_COLLATIONS", "icu:153.128,libc:2.41"],
  ];
  for (const [what, argument, name, value] of accepted)
    it(`tells the Job of an accepted ${what}, and nothing where there is none`, async () => {
      const valuesWith = async (given: Partial<RecoveryArgs>) => {
        const resources = await recordResources(() => {
          new Recovery("recovery", { ...anyRecovery, ...given });
        });
        return podOf(only(resources, "kubernetes:batch/v1:Job", "recovery-database"))
          .containers[0]?.env.filter((variable) => variable.name === name)
          .map((variable) => variable.value);
      };
      assert.deepEqual(await valuesWith({ [argument]: value }), [value]);
      assert.deepEqual(await valuesWith({ [argument]: "" }), []);
      assert.deepEqual(await valuesWith({}), []);
    });

  it("gives the restore the memory that the database has, and its server as much of it", async () => {
    const resources = await recordResources(() => {
      new Recovery("recovery", {
        namespace,
        images,
        environment,
        databaseResources: { requests: { cpu: "2", memory: "8Gi" }, limits: { memory: "8Gi" } },
        site: { id: "5d1f", name: "test/lstm-pfd" },
        initialise: false,
        restoreSet: "",
        restoreModels: "",
        acceptEmptyTables: "",
      });
    });
    const [container] = podOf(only(resources, "kubernetes:batch/v1:Job", "recovery-database")).containers;
    assert.deepEqual(container?.resources, {
      requests: { cpu: "50m", memory: "128Mi" },
      limits: { memory: "8Gi" },
    });
    assert.equal(container.env.find(({ name }) => name === "SHARED_BUFFERS")?.value, "2048MB");
  });

  it("restores as the writer where a pod has one role alone", async () => {
    const resources = await recordResources(() => {
      new Recovery("recovery", {
        namespace,
        images,
        environment,
        site: { id: "5d1f", name: "test/lstm-pfd" },
        initialise: false,
        podIdentity: true,
        restoreSet: "",
        restoreModels: "",
        acceptEmptyTables: "",
      });
    });
    const pods = ["database", "models"].map((part) => {
      const pod = podOf(only(resources, "kubernetes:batch/v1:Job", `recovery-${part}`));
      const [container] = pod.containers;
      assert.ok(container);
      return {
        account: pod.serviceAccountName,
        secrets: container.envFrom,
        archives: container.env.some(({ name }) => name.startsWith("ARCHIVE_S3_KEY")),
      };
    });
    assert.deepEqual(pods, [
      {
        account: "lstm-pfd-writer",
        secrets: [{ secretRef: { name: "lstm-pfd-repository-writer" } }],
        archives: false,
      },
      {
        account: "lstm-pfd-reader",
        secrets: [{ secretRef: { name: "lstm-pfd-repository-reader" } }],
        archives: false,
      },
    ]);
  });

  it("runs without root, without privileges and on a read-only root file system", async () => {
    for (const { type, inputs } of await record()) {
      if (type !== "kubernetes:batch/v1:Job") continue;
      const pod = podOf(inputs);
      assert.equal(pod.automountServiceAccountToken, false);
      const { runAsNonRoot, seccompProfile } = pod.securityContext;
      assert.deepEqual(
        { runAsNonRoot, seccompProfile },
        { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      );
      for (const { securityContext } of pod.containers)
        assert.deepEqual(securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
    }
  });
});

describe("PodCredentials", () => {
  it("awaits each role by a Job with the role's account and Secret, which can start anywhere and ends in time", async () => {
    const resources = await recordResources(() => {
      new PodCredentials("credentials", { namespace, images, environment });
    });
    const jobs = resources.filter(({ type }) => type === "kubernetes:batch/v1:Job");
    const seen = jobs.map(({ name, inputs }) => {
      const { metadata, spec } = inputs as {
        metadata: { name: string };
        spec: { activeDeadlineSeconds: number; template: { spec: { volumes: { name: string }[] } } };
      };
      const { containers, serviceAccountName } = podOf(inputs);
      return [
        name,
        metadata.name,
        serviceAccountName,
        containers[0]?.image,
        containers[0]?.envFrom,
        spec.activeDeadlineSeconds,
        spec.template.spec.volumes.map((volume) => volume.name),
      ];
    });
    const row = (role: string, image: string): unknown[] => [
      `credentials-${role}`,
      `await-credentials-${role}`,
      `lstm-pfd-${role}`,
      image,
      [{ secretRef: { name: `lstm-pfd-repository-${role}` } }],
      900,
      ["repository", "tmp"],
    ];
    assert.deepEqual(seen, [
      row("janitor", images.operations),
      row("reader", images.operations),
      row("writer", images.postgres),
    ]);
  });
});

describe("the pods of the recovery", () => {
  it("are not moved for the sake of fewer nodes, and what moves them all the same is no failure", async () => {
    const resources = await recordResources(() => {
      new Backups("backups", { namespace, images, environment, runs });
      new FirstBackup("first-backup", { namespace, images, environment, run: firstBackupRun(runs) });
      new PodCredentials("credentials", { namespace, images, environment });
      new Recovery("recovery", {
        ...anyRecovery,
      });
    });
    type JobSpec = {
      template: { metadata: { annotations?: object }; spec: { restartPolicy: string } };
      podFailurePolicy?: { rules: object[] };
    };
    const specs = resources.flatMap(({ type, name, inputs }): [string, JobSpec][] => {
      if (type === "kubernetes:batch/v1:Job") return [[name, (inputs as { spec: JobSpec }).spec]];
      if (type !== "kubernetes:batch/v1:CronJob") return [];
      return [[name, (inputs as { spec: { jobTemplate: { spec: JobSpec } } }).spec.jobTemplate.spec]];
    });
    assert.equal(specs.length, runs.length + 6);
    for (const [name, { template, podFailurePolicy }] of specs) {
      assert.deepEqual(template.metadata.annotations, { "karpenter.sh/do-not-disrupt": "true" }, name);
      assert.deepEqual(podFailurePolicy?.rules[0], (disruptionsDoNotCount.rules as object[])[0], name);
      // A policy is refused with any other.
      assert.equal(template.spec.restartPolicy, "Never", name);
    }
  });

  it("go where the database runs when the volume is its own already", async () => {
    const resources = await recordResources(() => {
      new Recovery("recovery", {
        ...anyRecovery,
      });
    });
    const affinity = (part: string) =>
      podOf(only(resources, "kubernetes:batch/v1:Job", `recovery-${part}`)).affinity as
        { podAffinity: object } | undefined;
    assert.deepEqual(Object.keys(affinity("database")?.podAffinity ?? {}), [
      "preferredDuringSchedulingIgnoredDuringExecution",
    ]);
    assert.equal(affinity("models"), undefined);
  });
});

/** Kubernetes removes the pod at the deadline: the command must have said by then what it did not manage. */
function endsBeforeItsDeadline(job: Record<string, unknown>): void {
  const { activeDeadlineSeconds } = (job as { spec: { activeDeadlineSeconds: number } }).spec;
  const limit = podOf(job).containers[0]?.env.find(({ name }) => name === "TIME_LIMIT_SECONDS")?.value;
  assert.ok(Number(limit) > 0 && Number(limit) <= activeDeadlineSeconds - 300, `limit ${limit ?? "none"}`);
}

describe("Backups", () => {
  it("is a CronJob for each run, none of which can overlap, hang or go unnoticed", async () => {
    const resources = await recordResources(() => {
      new Backups("backups", { namespace, images, environment, runs });
    });
    const cronJobs = resources.filter(({ type }) => type === "kubernetes:batch/v1:CronJob");
    assert.deepEqual(
      cronJobs.map(({ name }) => name).sort(),
      runs.map(({ name }) => `backups-${name}`).sort(),
    );
    for (const { inputs } of cronJobs) {
      const { spec, metadata } = inputs as {
        spec: Record<string, unknown> & { jobTemplate: Record<string, unknown> };
        metadata: { labels: Record<string, string> };
      };
      assert.equal(spec["concurrencyPolicy"], "Forbid");
      const role = metadata.labels["recovery.lstm-pfd/role"] ?? "";
      // A restore waits to be started by hand.
      assert.equal(spec["suspend"], role === "restore");
      assert.equal(spec["timeZone"], "Etc/UTC");
      assert.equal(spec["startingDeadlineSeconds"], 600);
      endsBeforeItsDeadline(spec.jobTemplate);
      assert.match(role, /^(backup|expire|verify|restore)$/);
    }
  });

  it("backs the database up beside it, and expires with the janitor's keys alone", async () => {
    const resources = await recordResources(() => {
      new Backups("backups", { namespace, images, environment, runs });
    });
    const jobOf = (name: string): Record<string, unknown> => {
      const { spec } = only(resources, "kubernetes:batch/v1:CronJob", `backups-${name}`) as {
        spec: { jobTemplate: Record<string, unknown> };
      };
      return spec.jobTemplate;
    };
    const full = podOf(jobOf("backup-database-full"));
    assert.ok(full.affinity);
    assert.deepEqual(full.containers[0]?.command.slice(-2), ["/opt/recovery/backup-database.js", "full"]);
    const expire = podOf(jobOf("expire-models"));
    assert.equal(expire.affinity, undefined);
    assert.deepEqual(expire.containers[0]?.envFrom, [{ secretRef: { name: "lstm-pfd-repository-janitor" } }]);
    assert.equal(expire.containers[0].image, images.operations);
  });

  it("takes and loads dumps beside the database: with the writer's keys, and with the reader's and the password", async () => {
    const resources = await recordResources(() => {
      new Backups("backups", { namespace, images, environment, runs });
    });
    const seen = ["dump-database", "restore-dump", "expire-dumps"].map((name) => {
      const { spec } = only(resources, "kubernetes:batch/v1:CronJob", `backups-${name}`) as {
        spec: { suspend: boolean; jobTemplate: Record<string, unknown> };
      };
      const { affinity, containers } = podOf(spec.jobTemplate);
      return [
        ...[containers[0]?.command.at(-1), spec.suspend, affinity !== undefined],
        ...[containers[0]?.image, JSON.stringify(containers[0]?.envFrom)],
        containers[0]?.env.map((variable) => variable.name),
      ];
    });
    const keysOf = (role: string): string => `[{"secretRef":{"name":"lstm-pfd-repository-${role}"}}]`;
    const ofAll = ["S3_BUCKET", "TIME_LIMIT_SECONDS"];
    assert.deepEqual(seen, [
      [
        ...["/opt/recovery/dump-database.js", false, true, images.postgres, keysOf("writer")],
        ["S3_BUCKET", "POSTGRES_DB", "TIME_LIMIT_SECONDS"],
      ],
      [
        ...["list", true, true, images.postgres, keysOf("reader")],
        ["DB_PASSWORD", "S3_BUCKET", "POSTGRES_DB", "DB_USER", "TIME_LIMIT_SECONDS"],
      ],
      ["/opt/recovery/expire-dumps.js", false, false, images.operations, keysOf("janitor"), ofAll],
    ]);
  });
});

describe("pods on nodes that are the database's alone", () => {
  it("are those that work on its volume, and no others", async () => {
    const resources = await recordResources(() => {
      const args = { namespace, images, environment, databaseNodes: true };
      new Backups("backups", { ...args, runs });
      new FirstBackup("first-backup", { ...args, run: firstBackupRun(runs) });
      new Recovery("recovery", {
        ...args,
        site: { id: "5d1f", name: "test/lstm-pfd" },
        initialise: false,
        restoreSet: "",
        restoreModels: "",
        acceptEmptyTables: "",
      });
    });
    const pods = resources.flatMap(({ type, name, inputs }) => {
      if (type === "kubernetes:batch/v1:Job") return [{ name, pod: podOf(inputs) }];
      if (type !== "kubernetes:batch/v1:CronJob") return [];
      const { jobTemplate } = inputs["spec"] as { jobTemplate: Record<string, unknown> };
      return [{ name, pod: podOf(jobTemplate) }];
    });
    assert.equal(pods.length, 13);
    for (const { name, pod } of pods) {
      const onItsVolume = /(backup|dump|expire|recovery)-database|restore-dump|first-backup/.test(name);
      assert.equal(pod.nodeSelector?.["recovery.lstm-pfd/nodes"], onItsVolume ? "database" : undefined, name);
      assert.equal(pod.tolerations?.length, onItsVolume ? 1 : undefined, name);
    }
  });
});

describe("FirstBackup", () => {
  it("is the Job of the full base backup", async () => {
    const resources = await recordResources(() => {
      new FirstBackup("first-backup", { namespace, images, environment, run: firstBackupRun(runs) });
    });
    const pod = podOf(only(resources, "kubernetes:batch/v1:Job", "first-backup"));
    assert.deepEqual(pod.containers[0]?.command.slice(-2), ["/opt/recovery/backup-database.js", "full"]);
  });

  it("is not begun anew while it runs, and has half a day", async () => {
    const resources = await recordResources(() => {
      new FirstBackup("first-backup", { namespace, images, environment, run: firstBackupRun(runs) });
    });
    const { metadata, spec } = only(resources, "kubernetes:batch/v1:Job", "first-backup") as {
      metadata: { annotations?: object };
      spec: { activeDeadlineSeconds: number };
    };
    assert.equal(metadata.annotations, undefined);
    assert.equal(spec.activeDeadlineSeconds, 12 * 3600);
    endsBeforeItsDeadline({ spec });
  });
});

describe("Verification", () => {
  it("may list pods and nothing else, and expects the nonce", async () => {
    const resources = await recordResources(() => {
      new Verification("verification", {
        namespace,
        operationsImage: images.operations,
        archiveTimeoutSeconds: 50,
        expectNonce: "0123456789abcdef",
      });
    });
    assert.deepEqual(
      only(resources, "kubernetes:rbac.authorization.k8s.io/v1:Role", "verification")["rules"],
      [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }],
    );
    const pod = podOf(only(resources, "kubernetes:batch/v1:Job", "verification"));
    assert.equal(pod.automountServiceAccountToken, true);
    assert.deepEqual(pod.containers[0]?.envFrom, []);
    assert.equal(
      pod.containers[0].env.find(({ name }) => name === "EXPECT_NONCE")?.value,
      "0123456789abcdef",
    );
  });
});
