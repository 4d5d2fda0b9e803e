import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { offlineLayers } from "../../cli/offlineLayers";
import { parseConfig, projectName } from "../../config/config";
import { type ClientTools, ensureClientTools } from "@lstm-pfd/local-cloud/toolchain";
import { offlinePreview } from "../../automation/offlinePreview";
import { OperationError } from "../../automation/operation";
import { policySettings } from "../../automation/policySettings";
import program from "../../index";
import { leavesNothing } from "./leavesNothing";
import { silentProgress } from "../support/silentProgress";

let toolchain: ClientTools;

/** What a test does to a resource before the engine sees it. */
interface Change {
  type: string;
  name: string;
  props?: (props: Record<string, unknown>) => Record<string, unknown>;
  options?: pulumi.ResourceOptions;
}

/** How a preview ended. */
interface Outcome {
  created: number;
  /** One for each violation; none for a pass. */
  problems: string[];
  output: string;
}

async function run(
  which: "vault" | "platform",
  config: Record<string, string> = {},
  change?: Change,
): Promise<Outcome> {
  const [vault, platform] = offlineLayers({ stack: "prod", config });
  const layer = which === "vault" ? vault : platform;
  assert.ok(layer);
  const raw = Object.entries(layer.config).map(([key, value]) => [`${projectName}:${key}`, value]);
  const checked = parseConfig(Object.fromEntries(raw) as Record<string, string>);
  let output = "";
  try {
    const changes = await offlinePreview({
      layer,
      config: checked,
      toolchain,
      settings: policySettings(checked),
      watching: { detail: () => undefined, signal: new AbortController().signal },
      onOutput: (text) => (output += text),
      program: () => {
        if (change !== undefined) apply(change);
        return program();
      },
    });
    return { created: changes.create ?? 0, problems: [], output };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return {
      created: 0,
      problems: error.problems.map(({ resource, message }) => `${resource}: ${message}`),
      output,
    };
  }
}

function apply(change: Change): void {
  pulumi.runtime.registerResourceTransform(({ type, name, props, opts }) => {
    if (type !== change.type || name !== change.name) return undefined;
    return {
      props: change.props?.(props) ?? props,
      opts: { ...opts, ...change.options },
    };
  });
}

const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

leavesNothing("the offline preview of production", () => {
  before(async () => {
    toolchain = await ensureClientTools(silentProgress, new AbortController().signal);
  });

  it("shows the whole system, passes every mandatory policy, and says what stands in", async () => {
    const start = Date.now();
    const [vault, platform] = [await run("vault"), await run("platform")];
    console.log(`      both layers took ${((Date.now() - start) / 1000).toFixed(1)} s`);
    for (const { problems, output } of [vault, platform]) {
      assert.deepEqual(problems, []);
      assert.match(output, /this is a stand-in for the aws plugin/);
    }
    for (const type of ["s3:Bucket ", "s3:BucketReplicationConfig", "kms:Key", "iam:Role "])
      assert.match(vault.output, new RegExp(`aws:${type}`));
    for (const type of [
      "aws:eks:Cluster",
      "aws:efs:FileSystem",
      "kubernetes:batch/v1:CronJob backups-backup-database-full",
      "kubernetes:helm.sh/v3:Release cert-manager",
      "kubernetes:helm.sh/v3:Release ingress",
      "kubernetes:batch/v1:Job verification",
    ])
      assert.match(platform.output, new RegExp(type));
    assert.ok(vault.created > 40 && platform.created > 100, `${vault.created}, ${platform.created}`);
    assert.doesNotMatch(vault.output, /can't be known during preview/);
  });

  const broken: [string, Parameters<typeof run>, string[]][] = [
    [
      "a retention shorter than the class must be kept",
      ["vault", { modelsRetentionDays: "29" }],
      [
        ...["vault", "replica"].map((bucket) => [bucket, "models-superseded", "expiration.days"]),
        // In the replica what is hidden stays for 30 days at least.
        ["vault", "models-noncurrent", "noncurrentVersionExpiration.noncurrentDays"],
      ].map(
        ([bucket, rule, days]) =>
          `${bucket}: retention-per-class: BucketLifecycleConfiguration "${bucket}": rule "${rule}" has ${days} 29 for "models/", class models is kept 30 days`,
      ),
    ],
    [
      "data that is not protected",
      ["platform", { protectData: "false" }],
      [
        'checkpoints: stateful-protected: FileSystem "checkpoints": protect is false, must be true',
        'checkpoints: stateful-protected: Key "checkpoints": protect is false, must be true',
        'cluster-secrets: stateful-protected: Key "cluster-secrets": protect is false, must be true',
        'logs: stateful-protected: Key "logs": protect is false, must be true',
        'volumes-checkpoints: stateful-protected: PersistentVolumeClaim "volumes-checkpoints": protect is false, must be true',
        'volumes-database: stateful-protected: PersistentVolumeClaim "volumes-database": protect is false, must be true',
      ],
    ],
    [
      "one bucket that is not protected",
      ["vault", {}, { type: "aws:s3/bucket:Bucket", name: "vault", options: { protect: false } }],
      ['vault: stateful-protected: Bucket "vault": protect is false, must be true'],
    ],
    [
      "a lifecycle rule that expires by age alone",
      [
        "vault",
        {},
        {
          type: lifecycle,
          name: "vault",
          props: ({ rules, ...rest }) => ({
            ...rest,
            rules: (rules as { id: string }[]).map((rule) =>
              rule.id === "models-superseded" ? { ...rule, filter: { prefix: "models/" } } : rule,
            ),
          }),
        },
      ],
      [
        'vault: retention-per-class: BucketLifecycleConfiguration "vault": rule "models-superseded" has expiration.days 30 for "models/" without a filter on the tag "superseded": by age alone it deletes the last good backup of class models',
        'vault: retention-superseded: BucketLifecycleConfiguration "vault": no enabled rule expires all of "models/" that has the tag "superseded" with value "true": what is superseded would stay for ever',
      ],
    ],
    [
      "a schedule that cannot meet the objective",
      [
        "platform",
        {},
        {
          type: "kubernetes:batch/v1:CronJob",
          name: "backups-backup-models-changed",
          props: (props) => ({
            ...props,
            spec: { ...(props["spec"] as object), schedule: "30 */6 * * *" },
          }),
        },
      ],
      ["backup-models-always", "backup-models-changed"].map(
        (name) =>
          `backups-${name}: backup-within-objective: CronJob "backups-${name}": class models loses up to 7 h 40 min (6 h between runs, 10 min late, 1 h 30 min running), its objective is 4 h`,
      ),
    ],
  ];
  for (const [what, args, messages] of broken)
    it(`refuses ${what}, and names rule, resource and value`, async () => {
      const { problems } = await run(...args);
      const found = problems.map((problem) => problem.replace(/; What to do: .*$/s, ""));
      assert.deepEqual(found.sort(), [...messages].sort());
      for (const problem of problems) assert.match(problem, /; What to do: /);
    });
});
