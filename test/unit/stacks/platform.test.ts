import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Application, chartValues } from "../../../components/application";
import { ApplicationNamespace } from "../../../components/applicationNamespace";
import { ApplicationSecrets, databaseUrl } from "../../../components/applicationSecrets";
import { Backups } from "../../../components/backups";
import { Cluster } from "../../../stacks/cluster";
import { FirstBackup } from "../../../components/firstBackup";
import { firstBackupRun } from "../../../stacks/arguments";
import { Recovery } from "../../../components/recovery";
import { Repository } from "../../../components/repository";
import { Verification } from "../../../components/verification";
import { Volumes } from "../../../components/volumes";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns } from "../../../plan/backupRuns";
import { only, type Recorded, recordResources } from "../components/recordResources";

const images = { postgres: "registry/postgres:1", operations: "registry/operations:1" };
const environment = { S3_BUCKET: "backups", GENERATION: "generation-0001" };
const runs = backupRuns(backupClasses(defaultRetentionDays));
const namespace = "lstm-pfd";

/** As much of a pod as the tests look at. */
interface Pod {
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  securityContext: { runAsNonRoot: boolean; seccompProfile: object };
  affinity?: object;
  containers: {
    name: string;
    image: string;
    command: string[];
    env: { name: string; value?: string; valueFrom?: object }[];
    envFrom: object[];
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

describe("Cluster", () => {
  it("is a site with a provider of its own, or a provider for what is there", async () => {
    const site = {
      name: "site-a",
      apiPort: 16443,
      objectStore: "vault",
      images: ["registry/pause:1"],
      kubernetesVersion: "1.36.3",
    };
    const embedded = await recordResources(
      () => {
        new Cluster("cluster", { kind: "embedded", site });
      },
      { "embedded:index:Site": () => ({ kubeconfig: "of the site" }) },
    );
    assert.deepEqual(list(embedded), [
      "embedded:index:Site cluster",
      "lstm-pfd:index:Cluster cluster",
      "pulumi:providers:kubernetes cluster",
    ]);
    assert.deepEqual(only(embedded, "embedded:index:Site", "cluster"), site);
    const provider = only(embedded, "pulumi:providers:kubernetes", "cluster");
    assert.deepEqual(provider["kubeconfig"], { secret: "of the site" });
    assert.equal(provider["clusterIdentifier"], "site-a");
    assert.equal(provider["deleteUnreachable"], "true");

    const given = await recordResources(() => {
      new Cluster("cluster", { kind: "kubeconfig", kubeconfig: "of another" });
    });
    assert.deepEqual(list(given), ["lstm-pfd:index:Cluster cluster", "pulumi:providers:kubernetes cluster"]);
    assert.deepEqual(only(given, "pulumi:providers:kubernetes", "cluster")["kubeconfig"], {
      secret: "of another",
    });
  });
});

describe("ApplicationNamespace", () => {
  it("admits restricted pods alone", async () => {
    const resources = await recordResources(() => {
      new ApplicationNamespace("namespace", { namespace });
    });
    assert.deepEqual(only(resources, "kubernetes:core/v1:Namespace", "namespace")["metadata"], {
      name: "lstm-pfd",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
  });
});

describe("ApplicationSecrets", () => {
  it("holds the kit's secrets and a drawn password for Redis, as secrets", async () => {
    const resources = await recordResources(
      () => {
        new ApplicationSecrets("secrets", { namespace, dbPassword: "p/w", jwtSecret: "j", secretKey: "s" });
      },
      { "random:index/randomPassword:RandomPassword": () => ({ result: "drawn" }) },
    );
    assert.deepEqual(only(resources, "kubernetes:core/v1:Secret", "secrets")["stringData"], {
      secret: {
        DB_PASSWORD: "p/w",
        JWT_SECRET: "j",
        SECRET_KEY: "s",
        REDIS_PASSWORD: "drawn",
        DATABASE_URL: "postgresql://lstm_pfd:p%2Fw@lstm-pfd-postgresql:5432/lstm_pfd",
      },
    });
  });

  for (const password of ["plain", "a@b:c/d?e#f", "50% ü"])
    it(`gives a URL that holds the password ${password}`, () => {
      const url = new URL(databaseUrl(password));
      assert.equal(decodeURIComponent(url.password), password);
      assert.equal(url.pathname, "/lstm_pfd");
    });
});

describe("Volumes", () => {
  it("claims the sizes in the class that is asked for", async () => {
    const resources = await recordResources(() => {
      new Volumes("volumes", {
        namespace,
        databaseSizeGi: 10,
        checkpointsSizeGi: 5,
        databaseStorageClass: "fast",
        checkpointsStorageClass: "fast",
        checkpointsAccess: "ReadWriteMany",
        protectData: false,
      });
    });
    const claims = ["database", "checkpoints"].map(
      (name) => only(resources, "kubernetes:core/v1:PersistentVolumeClaim", `volumes-${name}`)["spec"],
    );
    assert.deepEqual(claims, [
      {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "10Gi" } },
        storageClassName: "fast",
      },
      {
        accessModes: ["ReadWriteMany"],
        resources: { requests: { storage: "5Gi" } },
        storageClassName: "fast",
      },
    ]);
  });
});

describe("Repository", () => {
  it("gives each role its own keys, and pgBackRest its configuration without secrets", async () => {
    const key = (role: string) => ({ accessKeyId: role, secretAccessKey: `${role}-secret` });
    const resources = await recordResources(() => {
      new Repository("repository", {
        namespace,
        place: {
          bucket: "backups",
          host: "vault.objects.internal",
          port: 8333,
          region: "us-east-1",
          pathStyle: true,
          generation: 1,
          retentionDays: 7,
        },
        caCertificate: "PEM",
        keys: { writer: key("w"), janitor: key("j"), reader: key("r") },
        cipherPass: "cipher",
      });
    });
    for (const [role, id] of Object.entries({ writer: "w", janitor: "j", reader: "r" })) {
      const secret = only(resources, "kubernetes:core/v1:Secret", `repository-${role}`);
      assert.deepEqual(secret["metadata"], { name: `lstm-pfd-repository-${role}`, namespace });
      assert.deepEqual(secret["stringData"], {
        secret: {
          AWS_ACCESS_KEY_ID: id,
          AWS_SECRET_ACCESS_KEY: `${id}-secret`,
          PGBACKREST_REPO1_S3_KEY: id,
          PGBACKREST_REPO1_S3_KEY_SECRET: `${id}-secret`,
          PGBACKREST_REPO1_CIPHER_PASS: "cipher",
        },
      });
      only(resources, "kubernetes:core/v1:ServiceAccount", `repository-${role}`);
    }
    const { data } = only(resources, "kubernetes:core/v1:ConfigMap", "repository-configuration") as {
      data: Record<string, string>;
    };
    assert.equal(data["ca.crt"], "PEM");
    assert.match(data["pgbackrest.conf"] ?? "", /repo1-storage-ca-file=\/etc\/recovery\/ca\.crt/);
    assert.doesNotMatch(data["pgbackrest.conf"] ?? "", /cipher$|-secret/m);
    assert.equal(resources.length, 8);
    assert.doesNotMatch(data["pgbackrest.conf"] ?? "", /key-type/);
  });

  it("leaves keys out where service accounts have roles of their own", async () => {
    const resources = await recordResources(() => {
      new Repository("repository", {
        namespace,
        place: {
          bucket: "backups",
          host: "s3.eu-central-1.amazonaws.com",
          port: 443,
          region: "eu-central-1",
          pathStyle: false,
          generation: 1,
          retentionDays: 7,
        },
        caCertificate: "",
        keys: undefined,
        cipherPass: "cipher",
      });
    });
    for (const role of ["writer", "janitor", "reader"])
      assert.deepEqual(only(resources, "kubernetes:core/v1:Secret", `repository-${role}`)["stringData"], {
        secret: { PGBACKREST_REPO1_CIPHER_PASS: "cipher" },
      });
    const { data } = only(resources, "kubernetes:core/v1:ConfigMap", "repository-configuration") as {
      data: Record<string, string>;
    };
    assert.match(data["pgbackrest.conf"] ?? "", /^repo1-s3-key-type=pod-id$/m);
  });
});

describe("Recovery", () => {
  const record = () =>
    recordResources(() => {
      new Recovery("recovery", {
        namespace,
        images,
        environment,
        initialise: false,
        restoreSet: "20260101-021500F",
        restoreModels: "models-20260101-033000",
        acceptEmptyTables: "notifications",
      });
    });

  it("is one Job for the database and one for the models, each tried once", async () => {
    const resources = await record();
    assert.deepEqual(list(resources), [
      "kubernetes:batch/v1:Job recovery-database",
      "kubernetes:batch/v1:Job recovery-models",
      "lstm-pfd:index:Recovery recovery",
    ]);
    for (const part of ["database", "models"]) {
      const { metadata, spec } = only(resources, "kubernetes:batch/v1:Job", `recovery-${part}`) as {
        metadata: { labels: Record<string, string> };
        spec: { backoffLimit: number };
      };
      assert.equal(spec.backoffLimit, 0);
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
      GENERATION: "generation-0001",
      POSTGRES_DB: "lstm_pfd",
      DB_USER: "lstm_pfd",
      PERMIT_INITIALISE: "false",
      RESTORE_SET: "20260101-021500F",
      ACCEPT_EMPTY_TABLES: "notifications",
    });
    const models = podOf(only(await record(), "kubernetes:batch/v1:Job", "recovery-models")).containers[0];
    assert.equal(models?.env.find(({ name }) => name === "RESTORE_MODELS")?.value, "models-20260101-033000");
  });

  it("restores as the writer where a pod has one role alone", async () => {
    const resources = await recordResources(() => {
      new Recovery("recovery", {
        namespace,
        images,
        environment,
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
        spec: Record<string, unknown> & { jobTemplate: { spec: { activeDeadlineSeconds: number } } };
        metadata: { labels: Record<string, string> };
      };
      assert.equal(spec["concurrencyPolicy"], "Forbid");
      assert.equal(spec["suspend"], false);
      assert.equal(spec["timeZone"], "Etc/UTC");
      assert.equal(spec["startingDeadlineSeconds"], 600);
      assert.ok(spec.jobTemplate.spec.activeDeadlineSeconds > 0);
      assert.match(metadata.labels["recovery.lstm-pfd/role"] ?? "", /^(backup|expire)$/);
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
});

describe("FirstBackup", () => {
  it("is the Job of the full base backup", async () => {
    const resources = await recordResources(() => {
      new FirstBackup("first-backup", { namespace, images, environment, run: firstBackupRun(runs) });
    });
    const pod = podOf(only(resources, "kubernetes:batch/v1:Job", "first-backup"));
    assert.deepEqual(pod.containers[0]?.command.slice(-2), ["/opt/recovery/backup-database.js", "full"]);
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

describe("Application", () => {
  const args = {
    images: { application: "a:1", postgres: "p:1", redis: "r:1" },
    dashboardReplicas: 2,
    workerReplicas: 1,
    archiveTimeoutSeconds: 50,
  };

  it("is a release of the chart that waits, except for the first time", async () => {
    for (const awaitReady of [true, false]) {
      const resources = await recordResources(() => {
        new Application("application", { ...args, namespace, awaitReady });
      });
      const release = only(resources, "kubernetes:helm.sh/v3:Release", "application");
      assert.equal(release["skipAwait"], !awaitReady);
      assert.equal(release["name"], "lstm-pfd");
      assert.deepEqual(release["values"], chartValues(args));
    }
  });

  it("scales by load and has a way in, in production", () => {
    const values = chartValues({
      ...args,
      workerCommand: ["celery", "worker"],
      ingressEndpoint: { host: "lstm-pfd.example.com", controller: "traefik", issuer: "acme-production" },
      production: {
        ingressNamespace: "ingress",
        dashboard: { minReplicas: 2, maxReplicas: 6 },
        worker: { minReplicas: 1, maxReplicas: 4 },
      },
    });
    assert.deepEqual(values["dashboard"], {
      replicas: 2,
      autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 6, targetCpuPercent: 70 },
    });
    assert.deepEqual(values["worker"], {
      replicas: 1,
      command: ["celery", "worker"],
      autoscaling: { enabled: true, minReplicas: 1, maxReplicas: 4, targetCpuPercent: 70 },
    });
    assert.equal((values["ingress"] as { host: string }).host, "lstm-pfd.example.com");
  });

  it("knows the chart's keys only", () => {
    const schema = JSON.parse(readFileSync("chart/values.schema.json", "utf8")) as { properties: object };
    const unknown = Object.keys(chartValues(args)).filter((key) => !(key in schema.properties));
    assert.deepEqual(unknown, []);
  });
});
