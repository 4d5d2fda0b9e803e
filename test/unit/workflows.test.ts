import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { parseCommandLine } from "../../cli/commandLine";
import { run } from "../../cli/commands/policy-settings";
import { projectRoot } from "../../lib/paths";
import { versions } from "@lstm-pfd/local-cloud/toolchain/versions";

interface Step {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string | number | boolean>;
}

interface Job {
  "runs-on": string;
  if?: string;
  strategy?: { matrix: { stack: string[] } };
  steps: Step[];
}

const directory = join(projectRoot, ".github", "workflows");
const workflows = readdirSync(directory).map((file) => readFileSync(join(directory, file), "utf8"));
/** What every job begins with. */
const preparation = readFileSync(join(projectRoot, ".github", "actions", "prepare", "action.yml"), "utf8");
const prepared = (parse(preparation) as { runs: { steps: Step[] } }).runs.steps;
const texts = [...workflows, preparation];
const jobs = workflows.flatMap((text) => Object.values((parse(text) as { jobs: Record<string, Job> }).jobs));
const steps = [...prepared, ...jobs.flatMap((job) => job.steps)];
const uses = (action: string, all: readonly Step[]): Step[] =>
  all.filter((step) => step.uses?.startsWith(`${action}@`) === true);
const withCredentials = (job: Job): boolean => job.steps.some((step) => step.with?.["role"] !== undefined);
/** How a pipeline gets the settings of the policy pack. */
const writesSettings = 'npm run policy-settings -- --stack prod --output "$RUNNER_TEMP/policies"';
const guide = readFileSync(join(projectRoot, "docs", "aws.md"), "utf8");

describe("workflows", () => {
  it("take actions by their commit", () => {
    const taken = texts.flatMap((text) => text.split("\n").filter((line) => / uses: /.test(line)));
    assert.ok(taken.length > 0);
    for (const line of taken)
      assert.match(
        line,
        / uses: (\.\/\.github\/actions\/prepare|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/,
      );
  });

  it("begin with what they share, on a checkout that keeps no credentials", () => {
    for (const {
      steps: [checkout, preparing],
    } of jobs) {
      assert.match(checkout?.uses ?? "", /^actions\/checkout@/);
      assert.equal(checkout?.with?.["persist-credentials"], false);
      assert.equal(preparing?.uses, "./.github/actions/prepare");
    }
  });

  it("get credentials and the engine for the role that they name, and for none otherwise", () => {
    for (const action of ["aws-actions/configure-aws-credentials", "pulumi/actions"])
      assert.deepEqual(
        uses(action, prepared).map((step) => step.if),
        ["inputs.role != ''"],
      );
    assert.deepEqual(uses("aws-actions/configure-aws-credentials", steps)[0]?.with, {
      "role-to-assume": "${{ inputs.role }}",
      "aws-region": "${{ inputs.region }}",
    });
    assert.deepEqual(
      jobs.filter(withCredentials).map((job) => job.steps[1]?.with),
      [
        {
          role: "${{ matrix.stack == 'prod' && vars.PREVIEW_ROLE_ARN || vars.VAULT_DRIFT_ROLE_ARN }}",
          region: "${{ vars.AWS_REGION }}",
        },
        { role: "${{ vars.PREVIEW_ROLE_ARN }}", region: "${{ vars.AWS_REGION }}" },
      ],
    );
  });

  it("run where the cluster can be reached as soon as they have credentials, and nowhere else", () => {
    assert.equal(jobs.filter(withCredentials).length, 2);
    for (const job of jobs)
      assert.equal(
        job["runs-on"],
        withCredentials(job) ? "${{ vars.RUNNER || 'ubuntu-24.04' }}" : "ubuntu-24.04",
      );
  });

  it("have credentials only where the repository names a role", () => {
    for (const job of jobs.filter(withCredentials))
      assert.match(job.if ?? "", /^vars\.PREVIEW_ROLE_ARN != ''/);
  });

  it("look at stacks that there are, with the engine, the pack and the settings of the project", () => {
    const previews = jobs.filter((job) => uses("pulumi/actions", job.steps).length > 0);
    for (const { strategy } of previews)
      for (const stack of strategy?.matrix.stack ?? ["prod"])
        assert.ok(existsSync(join(projectRoot, `Pulumi.${stack}.yaml`)), stack);
    for (const { with: settings } of uses("pulumi/actions", steps)) {
      assert.equal(settings?.["pulumi-version"], versions.pulumi);
      if (settings["command"] === undefined) continue;
      assert.equal(settings["command"], "preview");
      assert.equal(settings["policyPacks"], "policies");
      assert.equal(
        settings["policyPackConfigs"],
        `\${{ runner.temp }}/policies/${String(settings["stack-name"]).replace("organization/lstm-pfd/", "")}.json`,
      );
    }
    for (const { steps: all } of previews) {
      const written = all.findIndex(({ run }) => run === writesSettings);
      assert.ok(written > 1, "it stands before the preparation, which brings the packages");
      assert.ok(written < all.findIndex(({ with: settings }) => settings?.["command"] === "preview"));
    }
  });

  it("hold each stack to the settings that its own configuration gives, as preview:prod does", async () => {
    const place = mkdtempSync(join(tmpdir(), "policies-"));
    try {
      const words = writesSettings.replace("npm run ", "").replace(" -- ", " ").split(" ");
      const { options } = parseCommandLine(
        words.map((word) => word.replace('"$RUNNER_TEMP/policies"', join(place, "policies"))),
      );
      await run({ ...options, config: { walRetentionDays: "14" } });
      for (const stack of ["prod", "prod-vault"]) {
        const text = readFileSync(join(place, "policies", `${stack}.json`), "utf8");
        const settings = JSON.parse(text) as Record<string, Record<string, unknown>>;
        assert.equal(settings["s3-object-lock"]?.["maximumDays"], 14);
        assert.equal(settings["retention-repository"]?.["days"], 14);
      }
      const byDefault = join(projectRoot, "policies", "config", "prod.json");
      assert.equal("s3-object-lock" in (JSON.parse(readFileSync(byDefault, "utf8")) as object), false);
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it("show no pull request the vault, whose outputs open the backups", () => {
    const [text = ""] = workflows.filter((each) => /^on:\n {2}pull_request:/m.test(each));
    const { preview } = (parse(text) as { jobs: Record<string, Job> }).jobs;
    const stacks = uses("pulumi/actions", preview?.steps ?? []).map((step) => step.with?.["stack-name"]);
    assert.deepEqual(stacks, ["organization/lstm-pfd/prod"]);
    assert.doesNotMatch(text, /prod-vault|VAULT_DRIFT_ROLE_ARN/);
  });

  it("have every variable of the repository explained", () => {
    const variables = new Set(texts.join("\n").match(/(?<=\bvars\.)\w+/g));
    assert.ok(variables.size > 0);
    for (const name of variables) assert.ok(guide.includes(`| \`${name}\` `), `docs/aws.md lacks ${name}`);
  });

  it("let no test be skipped", () => {
    const tests = steps.filter(({ run }) => run?.startsWith("npm test") === true);
    assert.deepEqual(
      tests.map(({ run }) => run),
      ["npm test -- --forbid-pending"],
    );
  });

  it("point to a part of the guide that there is", () => {
    assert.ok(guide.includes("\n## The pipelines\n"));
  });
});

describe("drift", () => {
  const drift = jobs.find(({ steps: all }) => all.some(({ name }) => name === "the cluster answers"));
  const check = drift?.steps.findIndex(({ name }) => name === "the cluster answers") ?? -1;

  it("tries the cluster before it refreshes anything, for the stack that has one", () => {
    assert.equal(drift?.steps[check]?.if, "matrix.stack == 'prod'");
    const refreshed = drift.steps.findIndex(({ with: settings }) => settings?.["refresh"] === true);
    assert.ok(check < refreshed);
    assert.ok(check > 1, "it stands before the preparation, which brings the engine");
  });

  /** Runs the check as a runner does, with commands that end with these exit codes. */
  function runCheck(exitCodes: { pulumi: number; kubectl: number }): {
    status: number | null;
    output: string;
  } {
    const place = mkdtempSync(join(tmpdir(), "workflow-"));
    try {
      for (const [command, code] of Object.entries(exitCodes)) {
        const path = join(place, command);
        writeFileSync(path, `#!/bin/sh\necho ${command} says so\nexit ${code}\n`, { mode: 0o755 });
      }
      const env = { PATH: `${place}${delimiter}${process.env["PATH"] ?? ""}`, RUNNER_TEMP: place };
      const { status, stdout, stderr } = spawnSync(
        "bash",
        ["--norc", "-e", "-c", drift?.steps[check]?.run ?? ""],
        {
          env,
          encoding: "utf8",
        },
      );
      return { status, output: stdout + stderr };
    } finally {
      rmSync(place, { recursive: true });
    }
  }

  it("goes on where the cluster answers", () => {
    assert.deepEqual(runCheck({ pulumi: 0, kubectl: 0 }), { status: 0, output: "" });
  });

  it("stops where it does not, and says what to do", () => {
    const { status, output } = runCheck({ pulumi: 0, kubectl: 1 });
    assert.equal(status, 1);
    assert.match(
      output,
      /^::error title=the cluster of prod does not answer::nothing was compared; .*RUNNER/,
    );
  });

  it("stops where there is no cluster yet", () => {
    assert.deepEqual(runCheck({ pulumi: 1, kubectl: 0 }), { status: 1, output: "" });
  });
});
