import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CommandError, type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { preparePolicyAnalyzer } from "../../automation/policyAnalyzer";
import { preparePlugins } from "@lstm-pfd/local-cloud/plugins";
import { resolveTools } from "@lstm-pfd/local-cloud/toolchain/resolve";
import { tools } from "@lstm-pfd/local-cloud/toolchain/tools";
import { inlineProgram } from "../../automation/inlineProgram";
import { policyPack } from "../../automation/policySettings";
import { classLabel, roleLabel } from "@lstm-pfd/policies/labels";
import { awsTypes, kubernetesTypes } from "@lstm-pfd/policies/resource-types";
import { leavesNothing } from "./leavesNothing";

/**
 * A resource that is registered under another's type and creates nothing: no provider is needed to judge its arguments. It has
 * no outputs, as little as one whose provider is not configured in a preview.
 */
class Registered extends pulumi.ComponentResource {
  constructor(type: string, name: string, args: pulumi.Inputs, options?: pulumi.ComponentResourceOptions) {
    super(type, name, args, options);
    this.registerOutputs({});
  }
}

/** How an operation ended and what the rules said: `rule resource: message`. */
interface Outcome {
  passed: boolean;
  mandatory: string[];
  advisory: string[];
  /** What the engine prints for each violation. */
  printed: string[];
  created: string[];
  output: string;
}

leavesNothing("the policy pack in the engine", function () {
  let directory: string;
  let stack: Stack;
  let program: () => void;
  const pathBefore = process.env["PATH"];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "policies-"));
    const { executables } = await resolveTools(tools.filter(({ name }) => name === "pulumi"));
    assert.ok(executables["pulumi"], 'there is no pulumi yet: run "npm run toolchain" first');
    const path = [
      dirname(executables["pulumi"]),
      await preparePolicyAnalyzer(),
      await preparePlugins(["random"]),
      pathBefore ?? "",
    ];
    process.env["PATH"] = path.join(delimiter);
    stack = await LocalWorkspace.createStack(
      {
        projectName: "policies",
        stackName: "test",
        program: inlineProgram(() => {
          program();
          return Promise.resolve();
        }),
      },
      {
        workDir: directory,
        envVars: {
          PULUMI_BACKEND_URL: `file://${directory}`,
          PULUMI_CONFIG_PASSPHRASE: "policies",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
  });

  after(() => {
    if (pathBefore !== undefined) process.env["PATH"] = pathBefore;
    rmSync(directory, { recursive: true, force: true });
  });

  async function run(
    operation: "preview" | "up",
    registers: () => void,
    options: { config?: object; pack?: string } = {},
  ): Promise<Outcome> {
    program = registers;
    const outcome: Outcome = {
      passed: true,
      mandatory: [],
      advisory: [],
      printed: [],
      created: [],
      output: "",
    };
    const onEvent = ({ policyEvent, resourcePreEvent }: EngineEvent): void => {
      if (resourcePreEvent?.metadata.op === "create" && resourcePreEvent.planning !== true)
        outcome.created.push(nameOf(resourcePreEvent.metadata.urn));
      if (policyEvent === undefined) return;
      const { policyName, resourceUrn, message, enforcementLevel } = policyEvent;
      outcome.printed.push(message);
      const list = enforcementLevel === "mandatory" ? outcome.mandatory : outcome.advisory;
      for (const found of ownMessages(message)) list.push(`${policyName} ${nameOf(resourceUrn)}: ${found}`);
    };
    const settings = {
      policyPacks: [options.pack ?? policyPack],
      ...(options.config === undefined ? {} : { policyPackConfigs: [configFile(options.config)] }),
      onEvent,
      onOutput: (text: string) => (outcome.output += text),
    };
    try {
      await (operation === "preview" ? stack.preview(settings) : stack.up(settings));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      outcome.passed = false;
      outcome.output += error.message;
    }
    outcome.output = stripVTControlCharacters(outcome.output);
    return outcome;
  }

  function configFile(config: object): string {
    const file = join(directory, "config.json");
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  it("stops a preview, and names rule, resource and value", async () => {
    const { passed, mandatory, output } = await run("preview", () => {
      new Registered(
        awsTypes.versioning,
        "vault",
        { versioningConfiguration: { status: "Suspended" } },
        { protect: true },
      );
    });
    assert.equal(passed, false);
    assert.deepEqual(mandatory, [
      's3-versioning vault: BucketVersioning "vault": versioningConfiguration.status is "Suspended", must be "Enabled"',
    ]);
    assert.match(output, /lstm-pfd-recovery@v0\.1\.0/);
    assert.match(output, /s3-versioning .*vault/);
    assert.match(output, /What to do: Set versioningConfiguration\.status to "Enabled"\./);
  });

  it("lets pass what is good", async () => {
    const { passed, mandatory, advisory } = await run("preview", () => {
      new Registered(
        awsTypes.versioning,
        "vault",
        { versioningConfiguration: { status: "Enabled" } },
        { protect: true },
      );
    });
    assert.deepEqual({ passed, mandatory, advisory }, { passed: true, mandatory: [], advisory: [] });
  });

  it("stops up before the resource is touched", async () => {
    const { passed, mandatory, created } = await run("up", () => {
      new Registered(awsTypes.bucket, "vault", { forceDestroy: true }, { protect: true });
    });
    assert.equal(passed, false);
    assert.deepEqual(created, ["policies-test"]);
    assert.deepEqual(mandatory, [
      'stateful-protected vault: Bucket "vault": forceDestroy is true: a deletion would take the backups along',
    ]);
  });

  it("sees protect, and takes its defaults from the schema", async () => {
    const { passed, mandatory } = await run("preview", () => {
      new Registered(awsTypes.key, "key", { enableKeyRotation: true, deletionWindowInDays: 7 });
    });
    assert.equal(passed, false);
    assert.deepEqual(mandatory.sort(), [
      'kms-key key: Key "key": deletionWindowInDays is 7, must be at least 30',
      'stateful-protected key: Key "key": protect is false, must be true',
    ]);
  });

  it("takes configuration from a file", async () => {
    const registers = (): void => {
      new Registered(awsTypes.key, "key", { enableKeyRotation: true, deletionWindowInDays: 7 });
    };
    const config = { "kms-key": { minimumDeletionDays: 7 }, "stateful-protected": { exempt: ["key"] } };
    const { passed, mandatory } = await run("preview", registers, { config });
    assert.deepEqual({ passed, mandatory }, { passed: true, mandatory: [] });
  });

  it("prints the description of a rule once for all that is wrong with a resource", async () => {
    const { mandatory, printed } = await run("preview", () => {
      new Registered(awsTypes.publicAccessBlock, "vault", {}, { protect: true });
    });
    assert.deepEqual(
      mandatory,
      ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map(
        (property) =>
          `s3-public-access vault: BucketPublicAccessBlock "vault": ${property} is not set, must be true`,
      ),
    );
    assert.equal(
      printed.join("").split("All four settings of a bucket's public access block are on.").length,
      2,
    );
  });

  it("refuses configuration that does not fit the schema", async () => {
    const { passed, output } = await run("preview", () => undefined, {
      config: { "kms-key": { minimumDeletionDays: "many" } },
    });
    assert.equal(passed, false);
    assert.match(output, /kms-key/);
    assert.match(output, /minimumDeletionDays/);
  });

  it("stops a preview by a rule for stacks, with the largest loss worked out", async () => {
    const labels = { [classLabel]: "models", [roleLabel]: "backup" };
    const { passed, mandatory } = await run("preview", () => {
      new Registered(kubernetesTypes.cronJob, "backup-models", {
        metadata: { labels },
        spec: {
          schedule: "0 3 * * *",
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: 600,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 1,
          jobTemplate: {
            spec: { activeDeadlineSeconds: 3600, template: { spec: { containers: [] } } },
          },
        },
      });
    });
    assert.equal(passed, false);
    assert.deepEqual(mandatory.sort(), [
      'backup-within-objective backup-models: CronJob "backup-models": class models loses up to 1 d 1 h 10 min (1 d between runs, 10 min late, 1 h running), its objective is 4 h',
      "class-coverage policies-test: class config: CronJobs that run, with the labels recovery.lstm-pfd/class=config and recovery.lstm-pfd/role=backup: 0, must be at least 1",
      "class-coverage policies-test: class config: no Job or CronJob has the labels recovery.lstm-pfd/class=config and recovery.lstm-pfd/role=restore",
      "class-coverage policies-test: class database: CronJobs that run, with the labels recovery.lstm-pfd/class=database and recovery.lstm-pfd/role=backup: 0, must be at least 1",
      "class-coverage policies-test: class database: CronJobs that run, with the labels recovery.lstm-pfd/class=database and recovery.lstm-pfd/role=expire: 0, must be at least 1",
      "class-coverage policies-test: class database: no Job or CronJob has the labels recovery.lstm-pfd/class=database and recovery.lstm-pfd/role=restore",
      "class-coverage policies-test: class models: CronJobs that run, with the labels recovery.lstm-pfd/class=models and recovery.lstm-pfd/role=backup: 1, must be at least 2",
      "class-coverage policies-test: class models: CronJobs that run, with the labels recovery.lstm-pfd/class=models and recovery.lstm-pfd/role=expire: 0, must be at least 1",
      "class-coverage policies-test: class models: no Job or CronJob has the labels recovery.lstm-pfd/class=models and recovery.lstm-pfd/role=restore",
      "class-coverage policies-test: class wal: CronJobs that run, with the labels recovery.lstm-pfd/class=wal and recovery.lstm-pfd/role=backup: 0, must be at least 2",
      "class-coverage policies-test: class wal: CronJobs that run, with the labels recovery.lstm-pfd/class=wal and recovery.lstm-pfd/role=expire: 0, must be at least 1",
      "class-coverage policies-test: class wal: CronJobs that run, with the labels recovery.lstm-pfd/class=wal and recovery.lstm-pfd/role=verify: 0, must be at least 1",
      "class-coverage policies-test: class wal: no Job or CronJob has the labels recovery.lstm-pfd/class=wal and recovery.lstm-pfd/role=restore",
    ]);
  });

  describe("with a value that only up knows", () => {
    const drawn = (name: string): pulumi.Output<string> =>
      new random.RandomPassword(name, { length: 8 }).result;

    it("says so in a preview, for a rule on resources, and stops up", async () => {
      const registers = (): void => {
        new Registered(
          awsTypes.versioning,
          "vault",
          { versioningConfiguration: { status: drawn("status") } },
          { protect: true },
        );
      };
      const preview = await run("preview", registers);
      assert.equal(preview.passed, true);
      assert.match(preview.advisory.join("\n"), /s3-versioning vault: .*can't be known during preview/);
      const up = await run("up", registers);
      assert.equal(up.passed, false);
      assert.match(up.mandatory.join("\n"), /s3-versioning vault: .*must be "Enabled"/);
      assert.ok(!up.created.includes("vault"));
    });

    it("stops a preview by a rule on stacks", async () => {
      const { passed, mandatory } = await run(
        "preview",
        () => {
          new Registered(awsTypes.eksCluster, "eks", { version: "1.36" });
          new Registered(kubernetesTypes.release, "issuer", {
            chart: "cert-manager",
            version: drawn("version"),
          });
        },
        { config: { "class-coverage": "disabled" } },
      );
      assert.equal(passed, false);
      assert.deepEqual(mandatory, [
        'add-on-range issuer: Release "issuer": version is not known before up, and a rule for stacks can stop a preview only: give it a plain value',
      ]);
    });
  });

  it("says what to do where its packages are not installed", async () => {
    const alone = join(directory, "alone");
    mkdirSync(alone);
    cpSync(policyPack, alone, { recursive: true });
    assert.equal(existsSync(join(alone, "node_modules")), false);
    const { passed, output } = await run("preview", () => undefined, { pack: alone });
    assert.equal(passed, false);
    assert.match(output, /npm install/);
  });
});

function nameOf(urn = ""): string {
  return urn.split("::").at(-1) ?? "";
}

/** The rule's own messages, without the description before them and what to do after them. */
function ownMessages(message: string): string[] {
  const plain = stripVTControlCharacters(message).replace(/<\{%[^%]*%\}>/g, "");
  const lines = plain
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("What to do: "));
  return lines.slice(lines.length > 1 ? 1 : 0);
}
