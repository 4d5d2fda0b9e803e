import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { Application } from "../../../components/application";
import { ApplicationNamespace } from "../../../components/applicationNamespace";
import { ApplicationSecrets } from "../../../components/applicationSecrets";
import { Repository } from "../../../components/repository";
import { Volumes } from "../../../components/volumes";
import { chartValues, databaseUrl } from "../../../plan/applicationValues";
import { productionResources } from "../../../plan/resources";
import { optionsOfOne, recordRegistrations } from "./aws/recordRegistrations";
import { only, recordResources } from "./recordResources";

const namespace = "lstm-pfd";

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

describe("Volumes that exist", () => {
  const claim = "kubernetes:core/v1:PersistentVolumeClaim";
  const build = (databaseStorageClass: string) =>
    recordRegistrations(
      () => {
        new Volumes("volumes", {
          namespace,
          databaseSizeGi: 20,
          checkpointsSizeGi: 5,
          databaseStorageClass,
          protectData: false,
        });
      },
      // The cluster's default, which the API server writes into every claim that names none.
      {
        [claim]: ({ inputs }) => ({
          spec: { ...(inputs as { spec: object }).spec, storageClassName: "standard" },
        }),
      },
    );

  it("keep their class when the one that they have is named, and may grow", async () => {
    for (const named of ["", "standard"]) {
      const made = await build(named);
      for (const name of ["volumes-database", "volumes-checkpoints"])
        assert.deepEqual(optionsOfOne(made, claim, name).ignoreChanges, [
          "spec.accessModes",
          "spec.storageClassName",
        ]);
    }
  });

  it("refuse another class by name, as a failure of the program that nothing waits for", async () => {
    const mochas = process.listeners("unhandledRejection");
    const failures: unknown[] = [];
    process
      .removeAllListeners("unhandledRejection")
      .on("unhandledRejection", (error) => failures.push(error));
    try {
      const { resources } = await build("fast");
      assert.equal(resources.filter(({ type }) => type === claim).length, 2);
      await setImmediate();
    } finally {
      process.removeAllListeners("unhandledRejection");
      for (const listener of mochas) process.on("unhandledRejection", listener);
    }
    const messages = new Set(failures.map((error) => (error as Error).message));
    assert.equal(messages.size, 1);
    assert.match([...messages].join("\n"), /claim lstm-pfd-postgresql has storageClassName "standard" where/);
  });
});

describe("Repository", () => {
  it("gives each role its own keys, and pgBackRest its configuration without secrets", async () => {
    const key = (role: string) => ({ accessKeyId: role, secretAccessKey: `${role}-secret` });
    const resources = await recordResources(() => {
      new Repository("repository", {
        namespace,
        location: {
          bucket: "backups",
          host: "vault.objects.internal",
          port: 8333,
          region: "us-east-1",
          pathStyle: true,
          retentionDays: 7,
        },
        caCertificate: "PEM",
        keys: { writer: key("w"), janitor: key("j"), reader: key("r"), evidence: key("e") },
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
    // Who creates evidence opens no backup.
    assert.deepEqual(only(resources, "kubernetes:core/v1:Secret", "repository-evidence")["stringData"], {
      secret: { AWS_ACCESS_KEY_ID: "e", AWS_SECRET_ACCESS_KEY: "e-secret" },
    });
    assert.equal(resources.length, 9);
    assert.doesNotMatch(data["pgbackrest.conf"] ?? "", /key-type/);
  });

  it("leaves keys out where service accounts have roles of their own", async () => {
    const resources = await recordResources(() => {
      new Repository("repository", {
        namespace,
        location: {
          bucket: "backups",
          host: "s3.eu-central-1.amazonaws.com",
          port: 443,
          region: "eu-central-1",
          pathStyle: false,
          retentionDays: 7,
        },
        caCertificate: "",
        keys: undefined,
        evidenceAccount: true,
        cipherPass: "cipher",
      });
    });
    only(resources, "kubernetes:core/v1:ServiceAccount", "repository-evidence");
    assert.equal(resources.filter(({ name }) => name === "repository-evidence").length, 1);
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

  it("scales by load and has an ingress endpoint, in production", () => {
    const values = chartValues({
      ...args,
      workerCommand: ["celery", "worker"],
      ingressEndpoint: { host: "lstm-pfd.example.com", controller: "traefik", issuer: "acme-production" },
      production: {
        ingressNamespace: "ingress",
        database: { ownNodes: false, window: false },
        dashboard: { minReplicas: 2, maxReplicas: 6 },
        worker: { minReplicas: 1, maxReplicas: 4 },
      },
    });
    assert.deepEqual(values["dashboard"], {
      replicas: 2,
      resources: productionResources.dashboard,
      sharedMemory: "1024Mi",
      autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 6, targetCpuPercent: 70 },
    });
    assert.deepEqual(values["worker"], {
      replicas: 1,
      resources: productionResources.worker,
      sharedMemory: "2048Mi",
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
