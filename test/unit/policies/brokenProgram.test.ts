import assert from "node:assert/strict";
import { type Config, ConfigError, parseConfig, qualified } from "../../../config/config";
import { configKeys } from "../../../config/schema";
import { policySettings } from "../../../automation/policySettings";
import { type BackupClassName, backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { type LifecycleRule, secondChanceDays } from "../../../plan/lifecycle";
import { rules } from "../../../policies/rules";
import { classCoverage } from "../../../policies/rules/classCoverage";
import { defaultClasses } from "../../../policies/shared/backupClasses";
import { classLabel, roleLabel } from "../../../policies/shared/labels";
import { awsTypes, kubernetesTypes } from "../../../policies/shared/resourceTypes";
import { type ScopedRule, scopeOf } from "../../../policies/shared/scope";
import { shown } from "../../../policies/shared/shown";
import { titleOf } from "../../../policies/shared/validation";
import { type Breakage, removed, rulesOf, setTo, unprotected } from "./breakage";
import type { Sample } from "./examine";
import { Pack, samplesOf } from "./examineProgram";
import { programWithTable, type Table } from "../programWithTable";
import { recordProgram, stacks } from "../recordProgram";

type LayerName = "prod-vault" | "prod";

/** A layer of production, as registered, with the pack that guards it. */
interface Layer {
  samples: Sample[];
  pack: Pack;
}

let tableChange = (table: Table): Table => table;
const withTable = programWithTable((table) => tableChange(table));

function packFor(config: Config): Pack {
  // The pack counts days from today otherwise, and this test would end with the support of a release.
  return new Pack({ ...policySettings(config), "kubernetes-version": { today: "2026-11-24" } });
}

async function layerOf(name: LayerName, changes: Record<string, string> = {}): Promise<Layer> {
  const config = { ...stacks[name], ...changes };
  const pack = packFor(withTable.parseConfig(qualified(config)));
  return { samples: samplesOf(await recordProgram(config, withTable.program)), pack };
}

/** What the pack says of a layer whose table of the classes is another one. */
async function violationsWith(name: LayerName, change: typeof tableChange): Promise<string[]> {
  tableChange = change;
  try {
    const { samples, pack } = await layerOf(name);
    return await pack.violationsOf(samples);
  } finally {
    tableChange = (table) => table;
  }
}

const withClass =
  (name: BackupClassName, change: Partial<Table[BackupClassName]>) =>
  (table: Table): Table => ({ ...table, [name]: { ...table[name], ...change } });

/** Rules that were seen to find something. */
const found = new Set<string>();

function assertSaid(
  violations: readonly string[],
  { rule, resource, value }: Pick<Breakage, "rule" | "resource" | "value">,
  what = "the program",
): void {
  const fits = violations.some((violation) =>
    [`${rule}: `, resource, value].every((part) => violation.includes(part)),
  );
  assert.ok(fits, `${what}: ${rule}, ${resource}, ${value} are not in:\n${violations.join("\n")}`);
  found.add(rule);
}

describe("production, broken in one place,", () => {
  const table = backupClasses(defaultRetentionDays);
  const classNames = Object.keys(table) as BackupClassName[];
  const layers = new Map<LayerName, Layer>();
  const layer = (name: LayerName): Layer => {
    const known = layers.get(name);
    assert.ok(known);
    return known;
  };

  before(async () => {
    for (const name of ["prod-vault", "prod"] as const) layers.set(name, await layerOf(name));
  });

  for (const name of ["prod-vault", "prod"] as const)
    it(`is not: nothing is wrong with ${name}`, async () => {
      const { samples, pack } = layer(name);
      assert.ok(samples.length > 40);
      assert.deepEqual(await pack.violationsOf(samples), []);
    });

  /** Breaks what is registered, one thing after the other; `cases` sees the resources of the layer. */
  function registered(
    title: string,
    name: LayerName,
    cases: (samples: readonly Sample[]) => Breakage[],
  ): void {
    it(`${title} is refused`, async () => {
      const { samples, pack } = layer(name);
      const breakages = cases(samples);
      assert.ok(breakages.length > 0);
      for (const { what, change, ...said } of breakages) {
        assertSaid(await pack.violationsOf(change(samples), said.rule), said, what);
      }
    });
  }

  describe("in the table of the classes:", () => {
    it("its days are those of the configuration and of the pack", () => {
      for (const name of classNames) {
        const days = defaultRetentionDays[name];
        const { byAge, ...kept } = defaultClasses[name] ?? {};
        assert.deepEqual(kept, { prefix: table[name].prefix, days });
        assert.equal(byAge ?? false, name === "evidence");
        assert.equal(configKeys[`${name}RetentionDays`].default, days);
      }
    });

    for (const name of classNames) {
      const { prefix, retentionDays } = table[name];
      it(`a day less for ${name} is refused`, async () => {
        const change = withClass(name, { retentionDays: retentionDays - 1 });
        const violations = await violationsWith("prod-vault", change);
        // What the replica keeps for longer it keeps for as long as before.
        for (const bucket of retentionDays > secondChanceDays ? ["vault", "replica"] : ["vault"])
          assertSaid(violations, {
            rule: "retention-per-class",
            resource: `BucketLifecycleConfiguration "${bucket}"`,
            value: `noncurrentDays ${retentionDays - 1} for "${prefix}", class ${name}`,
          });
      });

      for (const days of ["0", "-1", "1.5", "3651"])
        it(`${days} days for ${name} never get that far`, () => {
          const key = `lstm-pfd:${name}RetentionDays`;
          assert.throws(
            () => parseConfig({ ...qualified(stacks["prod-vault"] ?? {}), [key]: days }),
            (error) => error instanceof ConfigError && error.message.includes(`${key} is "${days}"`),
          );
        });

      it(`another prefix for ${name} is refused`, async () => {
        const violations = await violationsWith("prod-vault", withClass(name, { prefix: `old-${prefix}` }));
        for (const bucket of ["vault", "replica"]) {
          const resource = `BucketLifecycleConfiguration "${bucket}"`;
          assertSaid(violations, { rule: "retention-known-prefix", resource, value: `"old-${prefix}"` });
          assertSaid(violations, { rule: "retention-per-class", resource, value: `"${prefix}"` });
        }
      });
    }

    it("a day less for wal is refused in the platform too", async () => {
      const violations = await violationsWith("prod", withClass("wal", { retentionDays: 6 }));
      const resource = 'ConfigMap "repository-configuration"';
      assertSaid(violations, {
        rule: "retention-repository",
        resource,
        value: 'repo1-retention-full is "6"',
      });
    });

    /** Class, run and CronJob of each schedule. */
    const scheduled: [BackupClassName, string, string][] = [
      ["database", "dump", "dump-database"],
      ["database", "expire", "expire-dumps"],
      ["wal", "full", "backup-database-full"],
      ["wal", "incr", "backup-database-incr"],
      ["wal", "expire", "expire-database"],
      ["wal", "verify", "verify-database"],
      ["models", "always", "backup-models-always"],
      ["models", "changed", "backup-models-changed"],
      ["models", "expire", "expire-models"],
    ];
    it("has no schedule without a CronJob", () => {
      assert.deepEqual(
        classNames.flatMap((name) => Object.keys(table[name].schedules).map((run) => [name, run])),
        scheduled.map(([name, run]) => [name, run]),
      );
    });

    // One run of the program for all of them; each by itself is broken below, where it is registered.
    it("every schedule once a month is refused", async () => {
      const monthly = new Map(scheduled.map(([, , cronJob], index) => [cronJob, `0 3 ${index + 1} * *`]));
      const seldom = scheduled.filter(([, run]) => run !== "changed");
      const violations = await violationsWith("prod", (whole) =>
        seldom.reduce((changed, [name, run, cronJob]) => {
          const schedules = { ...changed[name].schedules, [run]: monthly.get(cronJob) ?? "" };
          return withClass(name, { schedules })(changed);
        }, whole),
      );
      for (const [, , cronJob] of seldom)
        assertSaid(violations, {
          rule: "cronjob-interval",
          resource: `CronJob "backups-${cronJob}"`,
          value: `spec.schedule "${monthly.get(cronJob) ?? ""}"`,
        });
    });

    for (const [run, schedule, says] of [
      ["always", "0 25 * * *", /schedule "0 25 \* \* \*" of backup-models-always .* cannot be read/],
      ["changed", "0 25 * * *", /schedule "0 25 \* \* \*" of backup-models-changed .* cannot be read/],
      ["changed", "0 3 1 * *", /modelsLossObjectiveSeconds is "14400": the schedules of .* lose up to/],
    ] as const)
      it(`"${schedule}" for the run "${run}" of models never gets that far`, async () => {
        const schedules = { ...table.models.schedules, [run]: schedule };
        await assert.rejects(violationsWith("prod", withClass("models", { schedules })), says);
      });
  });

  describe("in its lifecycle rules:", () => {
    /** One break for each rule of a kind, in both buckets. */
    const eachRule = (
      title: string,
      kind: string,
      broken: (sample: Sample, path: string, rule: LifecycleRule, prefix: string) => Breakage,
      butEvidence = false,
    ): void => {
      registered(title, "prod-vault", (samples) =>
        samples
          .filter(({ type }) => type === awsTypes.lifecycle)
          .flatMap((sample) =>
            rulesOf(sample).flatMap((rule, index) =>
              rule.id.endsWith(`-${kind}`) && !(butEvidence && rule.id.startsWith("evidence-"))
                ? [
                    broken(
                      sample,
                      `rules.${index}`,
                      rule,
                      rule.filter.prefix ?? rule.filter.and?.prefix ?? "",
                    ),
                  ]
                : [],
            ),
          ),
      );
    };

    for (const [kind, rule] of Object.entries({
      superseded: "retention-superseded",
      noncurrent: "retention-per-class",
      "delete-markers": "s3-delete-markers",
    })) {
      eachRule(`one of ${kind} that is not there`, kind, (sample, path, _, prefix) => ({
        ...setTo(sample, path, undefined),
        rule,
        value: `all of "${prefix}"`,
      }));
      eachRule(`one of ${kind} that is disabled`, kind, (sample, path, _, prefix) => ({
        ...setTo(sample, `${path}.status`, "Disabled"),
        rule,
        value: `all of "${prefix}"`,
      }));
      eachRule(`one of ${kind} for another prefix`, kind, (sample, path, { filter }) => ({
        ...setTo(sample, `${path}.filter${filter.and === undefined ? "" : ".and"}.prefix`, "elsewhere/"),
        rule: "retention-known-prefix",
        value: '"elsewhere/"',
      }));
      eachRule(`one of ${kind} that moves to an archive`, kind, (sample, path) => ({
        ...setTo(sample, `${path}.transitions`, [{ days: 1, storageClass: "DEEP_ARCHIVE" }]),
        rule: "retention-no-archive",
        value: "DEEP_ARCHIVE",
      }));
      eachRule(
        `one of ${kind} that expires by age alone`,
        kind,
        (sample, path, { id, ...other }, prefix) => ({
          ...setTo(sample, path, { ...other, id, filter: { prefix }, expiration: { days: 400 } }),
          rule: prefix === "wal/" ? "retention-live-repository" : "retention-per-class",
          value: `rule "${id}" has expiration.days 400`,
        }),
        true,
      );
    }
    eachRule(
      "an expiry of WAL by age alone",
      "noncurrent",
      (sample, path, { id }, prefix) => ({
        ...setTo(sample, `${path}.expiration`, { days: 400 }),
        rule: "retention-per-class",
        value: `rule "${id}" has expiration.days 400 for "${prefix}"`,
      }),
      true,
    );
    eachRule("fewer days for evidence", "age", (sample, path) => ({
      ...setTo(sample, `${path}.expiration.days`, 364),
      rule: "retention-per-class",
      value: 'rule "evidence-age" has expiration.days 364 for "evidence/"',
    }));
    eachRule("fewer days for what is superseded", "superseded", (sample, path, { expiration }, prefix) => {
      const days = (expiration?.days ?? 0) - 1;
      return {
        ...setTo(sample, `${path}.expiration.days`, days),
        rule: "retention-per-class",
        value: `expiration.days ${days} for "${prefix}"`,
      };
    });
    for (const value of [undefined, "false"])
      eachRule(
        `a tag for what is superseded that is ${value ?? "left out"}`,
        "superseded",
        (sample, path) => ({
          ...setTo(sample, `${path}.filter.and.tags.superseded`, value),
          rule: value === undefined ? "retention-per-class" : "retention-superseded",
          value: value === undefined ? 'without a filter on the tag "superseded"' : 'value "false"',
        }),
      );
    eachRule("fewer days for noncurrent versions", "noncurrent", (sample, path, rule, prefix) => {
      const days = (rule.noncurrentVersionExpiration?.noncurrentDays ?? 0) - 1;
      const secondChance = sample.name === "replica" && prefix === "wal/";
      return {
        ...setTo(sample, `${path}.noncurrentVersionExpiration.noncurrentDays`, days),
        rule: secondChance ? "retention-second-chance" : "retention-per-class",
        value: secondChance ? `after ${days} days` : `noncurrentDays ${days} for "${prefix}"`,
      };
    });
    eachRule("noncurrent versions that go before their lock", "noncurrent", (sample, path) => ({
      ...setTo(sample, `${path}.noncurrentVersionExpiration.noncurrentDays`, 6),
      rule: "retention-lock",
      value: "expires noncurrent versions after 6",
    }));
    eachRule("no abort of uploads", "noncurrent", (sample, path, _, prefix) => ({
      ...setTo(sample, `${path}.abortIncompleteMultipartUpload`, undefined),
      rule: "s3-abort-uploads",
      value: `all of "${prefix}"`,
    }));
    for (const days of [0, 365])
      eachRule(`an abort of uploads after ${days} days`, "noncurrent", (sample, path, { id }) => ({
        ...setTo(sample, `${path}.abortIncompleteMultipartUpload.daysAfterInitiation`, days),
        rule: "s3-abort-uploads",
        value: `rule "${id}" has abortIncompleteMultipartUpload.daysAfterInitiation ${days}`,
      }));
    eachRule("delete markers that stay", "delete-markers", (sample, path, _, prefix) => ({
      ...setTo(sample, `${path}.expiration.expiredObjectDeleteMarker`, false),
      rule: "s3-delete-markers",
      value: `all of "${prefix}"`,
    }));
  });

  describe("in what protects its data:", () => {
    for (const name of ["prod-vault", "prod"] as const)
      registered(`a resource of ${name} without protect`, name, (samples) =>
        samples.filter(({ protect }) => protect === true).map(unprotected),
      );

    /** One break for each resource of a type. */
    const eachOf = (
      name: LayerName,
      type: string,
      breaks: readonly [string, unknown, string, string][],
    ): void => {
      for (const [path, to, rule, value] of breaks)
        registered(`${path} ${shown(to)} of ${type}`, name, (samples) =>
          samples
            .filter((sample) => sample.type === type)
            .map((sample) => ({ ...setTo(sample, path, to), rule, value })),
        );
    };

    eachOf("prod-vault", awsTypes.bucket, [
      ["forceDestroy", true, "stateful-protected", "forceDestroy is true"],
    ]);
    eachOf("prod-vault", awsTypes.versioning, [
      ["versioningConfiguration.status", "Suspended", "s3-versioning", '"Suspended"'],
    ]);
    eachOf("prod-vault", awsTypes.objectLock, [
      ["rule.defaultRetention.days", 8, "s3-object-lock", "locks for 8 days"],
      ["rule.defaultRetention.days", 0, "s3-object-lock", "locks for 0 days"],
      ["rule.defaultRetention.mode", "COMPLIANCE", "s3-object-lock", '"COMPLIANCE"'],
      ["rule", undefined, "s3-object-lock", "rule.defaultRetention is not set"],
      ["rule.defaultRetention.days", 91, "retention-lock", "locks for 91 days"],
    ]);
    eachOf("prod-vault", awsTypes.encryption, [
      ["rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "AES256", "s3-encryption", '"AES256"'],
      ["rules.0.bucketKeyEnabled", false, "s3-encryption", "bucketKeyEnabled is false"],
      [
        "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId",
        undefined,
        "s3-encryption",
        "kmsMasterKeyId is not set",
      ],
    ]);
    eachOf("prod-vault", awsTypes.publicAccessBlock, [
      ["blockPublicAcls", false, "s3-public-access", "blockPublicAcls is false"],
      ["restrictPublicBuckets", undefined, "s3-public-access", "restrictPublicBuckets is not set"],
    ]);
    eachOf("prod-vault", awsTypes.policy, [
      ["policy", '{"Statement":[]}', "s3-tls-only", "aws:SecureTransport"],
      ["policy", '{"Statement":[]}', "s3-deny-destruction", "s3:DeleteObjectVersion"],
    ]);
    eachOf("prod-vault", awsTypes.replication, [
      ["rules.0.status", "Disabled", "s3-replication", '"Disabled"'],
      ["rules.0.destination.encryptionConfiguration", undefined, "s3-replication", "no replicaKmsKeyId"],
      ["rules.0.deleteMarkerReplication.status", "Enabled", "s3-replication", "replicates delete markers"],
      [
        "rules.1.deleteMarkerReplication.status",
        "Disabled",
        "s3-replication",
        "replicates no delete markers",
      ],
    ]);
    const narrowed: Record<string, (prefix: string) => string | undefined> = {
      "is not there": () => undefined,
      "covers a part of it": (prefix) => `${prefix}2026/`,
      "has another prefix": () => "elsewhere/",
    };
    for (const [title, other] of Object.entries(narrowed))
      registered(`a class whose rule for the copy ${title}`, "prod-vault", (samples) =>
        samples
          .filter(({ type }) => type === awsTypes.replication)
          .flatMap((sample) =>
            (sample.props as { rules: ScopedRule[] }).rules.map((rule, index) => {
              const { prefix } = scopeOf(rule);
              const to = other(prefix);
              const path = to === undefined ? `rules.${index}` : `rules.${index}.filter.prefix`;
              return {
                ...setTo(sample, path, to),
                rule: "s3-replication",
                value: `no enabled rule replicates all of "${prefix}"`,
              };
            }),
          ),
      );

    eachOf("prod-vault", awsTypes.key, [
      ["deletionWindowInDays", 7, "kms-key", "deletionWindowInDays is 7"],
      ["enableKeyRotation", false, "kms-key", "enableKeyRotation is false"],
    ]);
    for (const type of [
      awsTypes.versioning,
      awsTypes.objectLock,
      awsTypes.encryption,
      awsTypes.publicAccessBlock,
      awsTypes.policy,
      awsTypes.lifecycle,
    ])
      registered(`a bucket without ${type}`, "prod-vault", (samples) =>
        samples
          .filter((sample) => sample.type === type)
          .map((sample) => ({
            ...removed(sample),
            rule: "s3-safeguards",
            resource: `Bucket "${sample.name}"`,
            value: `it has no ${titleOf(sample).split(" ")[0] ?? ""}`,
          })),
      );
    registered("a vault without a copy", "prod-vault", (samples) =>
      samples
        .filter(({ type }) => type === awsTypes.replication)
        .map((sample) => ({
          ...removed(sample),
          rule: "s3-replicated",
          resource: 'Bucket "vault"',
          value: "it has no BucketReplicationConfig",
        })),
    );

    eachOf("prod", awsTypes.key, [["deletionWindowInDays", 7, "kms-key", "deletionWindowInDays is 7"]]);
    eachOf("prod", awsTypes.eksCluster, [["version", "1.30", "kubernetes-version", '"1.30"']]);
  });

  describe("in its CronJobs and Jobs:", () => {
    /** What waits to be started by hand has no time between two runs, and is suspended. */
    const byHand = ["cronjob-interval", "cronjob-suspended"];
    /** @param daily only those that run every day: what comes once a week has a week */
    const cronJob = (path: string, to: unknown, rule: string, value: string, daily = false): void => {
      registered(`${path} ${shown(to)} of a CronJob`, "prod", (samples) =>
        samples
          .filter((sample) => sample.type === kubernetesTypes.cronJob)
          .filter((sample) => !daily || labelOf(sample, roleLabel) !== "verify")
          .filter((sample) => !byHand.includes(rule) || labelOf(sample, roleLabel) !== "restore")
          .map((sample) => ({ ...setTo(sample, path, to), rule, value })),
      );
    };
    const spec = "spec.jobTemplate.spec";
    const container = `${spec}.template.spec.containers.0`;

    cronJob("spec.schedule", "0 25 * * *", "cronjob-deadline", '"0 25 * * *"');
    cronJob("spec.schedule", "0 3 * * 0", "cronjob-interval", '"0 3 * * 0"', true);
    cronJob("spec.schedule", "*/10 * * * *", "cronjob-deadline", '"*/10 * * * *"');
    cronJob("spec.timeZone", "Mars/Base", "cronjob-deadline", "time zone Mars/Base");
    cronJob("spec.suspend", true, "cronjob-suspended", "spec.suspend is true");
    for (const policy of ["Allow", "Replace"])
      cronJob("spec.concurrencyPolicy", policy, "cronjob-overlap", `"${policy}"`);
    cronJob("spec.concurrencyPolicy", undefined, "cronjob-overlap", "not set");
    cronJob(
      "spec.startingDeadlineSeconds",
      undefined,
      "cronjob-deadline",
      "startingDeadlineSeconds is not set",
    );
    cronJob("spec.startingDeadlineSeconds", 5, "cronjob-deadline", "startingDeadlineSeconds is 5");
    cronJob("spec.startingDeadlineSeconds", 86_400, "cronjob-deadline", "1 d late", true);
    cronJob(
      `${spec}.activeDeadlineSeconds`,
      undefined,
      "cronjob-deadline",
      "activeDeadlineSeconds is not set",
    );
    cronJob(`${spec}.activeDeadlineSeconds`, 86_400, "cronjob-deadline", "take 1 d", true);
    for (const kind of ["successful", "failed"])
      for (const kept of [0, 100])
        cronJob(
          `spec.${kind}JobsHistoryLimit`,
          kept,
          "cronjob-history",
          `${kind}JobsHistoryLimit is ${kept}`,
        );
    cronJob(`${container}.image`, "postgres:latest", "image-pinned", '"postgres:latest"');
    cronJob(`${container}.env`, [{ name: "PGPASSWORD", value: "x" }], "plain-text-secret", "PGPASSWORD");
    cronJob(`${container}.securityContext.capabilities`, undefined, "pod-capabilities", "capabilities");
    cronJob(`${container}.securityContext.allowPrivilegeEscalation`, true, "pod-escalation", "true");
    cronJob(`${container}.securityContext.readOnlyRootFilesystem`, false, "pod-read-only-root", "false");
    cronJob(`${container}.resources.limits`, undefined, "pod-resources", "memory");
    cronJob(`${spec}.template.spec.hostNetwork`, true, "pod-host-access", "hostNetwork");
    cronJob(`${spec}.template.spec.securityContext.runAsUser`, 0, "pod-non-root", "0");
    cronJob(`${spec}.template.spec.securityContext.seccompProfile`, undefined, "pod-seccomp", "not set");

    const named = (samples: readonly Sample[], name: string): Sample => {
      const sample = samples.find((each) => each.type === kubernetesTypes.cronJob && each.name === name);
      assert.ok(sample, name);
      return sample;
    };
    registered("a schedule that loses more than may be lost", "prod", (samples) => [
      {
        ...setTo(named(samples, "backups-backup-models-changed"), "spec.schedule", "30 */6 * * *"),
        rule: "backup-within-objective",
        value: "loses up to 7 h 40 min (6 h between runs",
      },
    ]);
    registered("one base backup alone in the window of the WAL", "prod", (samples) => {
      const [full, incr] = ["full", "incr"].map((run) => named(samples, `backups-backup-database-${run}`));
      assert.ok(full && incr);
      const weekly = setTo(full, "spec.schedule", "0 2 * * 0");
      return [
        {
          ...weekly,
          change: (all) => removed(incr).change(weekly.change(all)),
          rule: "retention-wal-window",
          value: "up to 7 d lies between two base backups",
        },
      ];
    });
    registered("a restore Job that is not there", "prod", (samples) =>
      samples
        .filter(
          ({ type, name }) =>
            (type === kubernetesTypes.job && name.startsWith("recovery-")) || name === "backups-restore-dump",
        )
        .map((sample) => ({
          ...removed(sample),
          rule: "class-coverage",
          resource: `class ${labelOf(sample, classLabel)}`,
          value: "no Job or CronJob has the labels",
        })),
    );
    for (const name of ["database", "wal", "models"])
      registered(`a class ${name} that no CronJob backs up`, "prod", (samples) => {
        const backups = samples.filter(
          (sample) =>
            sample.type === kubernetesTypes.cronJob &&
            labelOf(sample, classLabel) === name &&
            labelOf(sample, roleLabel) === "backup",
        );
        return [
          {
            what: `no CronJob for ${name}`,
            change: (all) => all.filter((sample) => !backups.includes(sample)),
            rule: "class-coverage",
            resource: `class ${name}`,
            value: `${roleLabel}=backup: 0, must be at least ${name === "database" ? 1 : 2}`,
          },
        ];
      });
    const ofClasses = (samples: readonly Sample[]): Sample[] =>
      samples.filter(
        (sample) =>
          sample.type === kubernetesTypes.cronJob &&
          labelOf(sample, classLabel) !== "" &&
          labelOf(sample, roleLabel) !== "restore",
      );
    const leastOf = (name: string, role: string): number =>
      (classCoverage.configSchema?.properties["cronJobs"]?.default as Record<string, Record<string, number>>)[
        name
      ]?.[role] ?? 0;
    it("it has as many as the pack asks for", () => {
      const counts: Record<string, Record<string, number>> = {};
      for (const sample of ofClasses(layer("prod").samples)) {
        const ofClass = (counts[labelOf(sample, classLabel)] ??= {});
        const role = labelOf(sample, roleLabel);
        ofClass[role] = (ofClass[role] ?? 0) + 1;
      }
      assert.deepEqual(classCoverage.configSchema?.properties["cronJobs"]?.default, counts);
    });
    for (const [title, without] of [
      ["is not there", removed],
      ["is suspended", (sample: Sample) => setTo(sample, "spec.suspend", true)],
    ] as const)
      registered(`one CronJob of a class that ${title}`, "prod", (samples) =>
        ofClasses(samples).map((sample) => {
          const [name, role] = [labelOf(sample, classLabel), labelOf(sample, roleLabel)];
          const least = leastOf(name, role);
          return {
            ...without(sample),
            rule: "class-coverage",
            resource: `class ${name}`,
            value: `${roleLabel}=${role}: ${least - 1}, must be at least ${least}`,
          };
        }),
      );
    registered("plain text where a secret belongs", "prod", (samples) =>
      samples
        .filter(({ type, name }) => type === kubernetesTypes.configMap && name === "repository-configuration")
        .map((sample) => ({
          ...setTo(sample, "data.dbPassword", "x"),
          rule: "plain-text-config-map",
          value: "dbPassword",
        })),
    );
    registered("an add-on that is too old for the cluster", "prod", (samples) =>
      samples
        .filter(({ type, name }) => type === kubernetesTypes.release && name === "cert-manager")
        .map((sample) => ({
          ...setTo(sample, "version", "v1.13.0"),
          rule: "add-on-range",
          value: '"v1.13.0" of chart cert-manager',
        })),
    );
    registered("a value of the application's release", "prod", (samples) => {
      const release = samples.find(
        ({ type, name }) => type === kubernetesTypes.release && name === "application",
      );
      assert.ok(release);
      return [
        {
          ...setTo(release, "values.images.postgres", "postgres:18"),
          rule: "image-pinned-in-release",
          value: '"postgres:18": it has no digest',
        },
        ...[0, 51].map((seconds) => ({
          ...setTo(release, "values.postgresql.archiveTimeoutSeconds", seconds),
          rule: "wal-archive-timeout",
          value: `archiveTimeoutSeconds is ${seconds}`,
        })),
      ];
    });
  });

  // In a group of its own, which comes after the others.
  describe("taken together", () => {
    it("has made every rule of the pack speak", () => {
      assert.deepEqual(
        rules.map(({ name }) => name).filter((name) => !found.has(name)),
        // They speak of what a configuration leaves out, and of types that this program does not use.
        ["backup-buckets", "type-not-judged"],
      );
    });
  });
});

function labelOf({ props }: Sample, label: string): string {
  const { metadata } = props as { metadata?: { labels?: Record<string, string> } };
  return metadata?.labels?.[label] ?? "";
}
