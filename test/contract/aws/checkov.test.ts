import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../lib/process";
import { pythonTool, type PythonTool } from "../../support/pythonTool";
import { recordProgram, stacks } from "../../unit/recordProgram";
import { assertAccepted, type Finding } from "../judges";
import { terraformPlan, type PlannedResource, type TerraformPlan } from "./terraformPlan";

/** One report of Checkov. */
interface Report {
  summary: { passed: number; failed: number; parsing_errors: number; resource_count: number };
  results: { failed_checks: { check_id: string; check_name: string; resource: string }[] };
}

const { prod = {}, "prod-vault": vault = {} } = stacks;

/** Configuration of each stack that is judged; the last one has what the committed files leave out. */
const judged: Record<string, Record<string, string>> = {
  prod,
  "prod-vault": vault,
  "prod with everything": { ...prod, interfaceEndpoints: "ecr.api,sts", dnsZoneId: "Z2FDTNDATAQYW2" },
};

describe("Checkov over what the stacks at AWS register", () => {
  let checkov: PythonTool;
  let plans: Record<string, TerraformPlan>;
  before(async () => {
    checkov = await pythonTool("checkov");
    plans = {};
    for (const [name, config] of Object.entries(judged))
      plans[name] = terraformPlan(await recordProgram(config));
  });

  async function judge(ofStacks: Record<string, TerraformPlan>): Promise<Report> {
    const directory = mkdtempSync(join(tmpdir(), "checkov-"));
    try {
      const files = Object.entries(ofStacks).map(([name, plan]) => {
        const file = join(directory, `${name}.json`);
        writeFileSync(file, JSON.stringify(plan, undefined, 2));
        return file;
      });
      const { stdout } = await run(
        checkov.python,
        [
          checkov.script("checkov"),
          ...["--framework", "terraform_plan", "--output", "json", "--quiet", "--compact"],
          // Neither its authors' service nor their list of guides is asked; findings are judged here.
          ...["--skip-download", "--soft-fail", "--file", ...files],
        ],
        { cwd: directory },
      );
      return JSON.parse(stdout) as Report;
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  it("finds nothing but what is accepted", async () => {
    const { summary, results } = await judge(plans);
    assert.equal(summary.parsing_errors, 0);
    const resources = Object.values(plans).flatMap((plan) => plan.planned_values.root_module.resources);
    assert.equal(summary.resource_count, resources.length, "it saw every resource");
    assert.ok(summary.passed > 150, `it checked much: ${summary.passed}`);
    assertAccepted(
      "checkov",
      results.failed_checks.map((each): Finding => ({
        check: each.check_id,
        subject: each.resource,
        text: each.check_name,
      })),
    );
  });

  it("objects to what is broken, also where two resources belong together", async () => {
    const broken = structuredClone(plans);
    const change = (stack: string, address: string, values: Record<string, unknown>) => {
      Object.assign(resource(broken, stack, address).values, values);
    };
    const remove = (stack: string, address: string) => {
      const { root_module } = planOf(broken, stack).planned_values;
      root_module.resources = root_module.resources.filter((each) => each.address !== address);
    };
    change("prod", "aws_vpc_security_group_ingress_rule.checkpoints", { description: undefined });
    change("prod", "aws_cloudwatch_log_group.cluster", { retention_in_days: 0 });
    change("prod", "aws_eks_cluster.cluster", { encryption_config: undefined });
    change("prod", "aws_efs_file_system.checkpoints", { encrypted: false });
    change("prod-vault", "aws_kms_key.vault", { enable_key_rotation: false });
    change("prod-vault", "aws_s3_bucket_public_access_block.vault", { block_public_policy: false });
    remove("prod", "aws_flow_log.flow-logs");
    remove("prod", "aws_default_security_group.network");
    remove("prod-vault", "aws_s3_bucket_versioning.vault");
    remove("prod-vault", "aws_s3_bucket_replication_configuration.replication");
    const { results } = await judge(broken);
    const found = new Set(results.failed_checks.map((each) => `${each.check_id} ${each.resource}`));
    for (const expected of [
      "CKV_AWS_23 aws_vpc_security_group_ingress_rule.checkpoints",
      "CKV_AWS_58 aws_eks_cluster.cluster",
      "CKV_AWS_42 aws_efs_file_system.checkpoints",
      "CKV_AWS_7 aws_kms_key.vault",
      "CKV_AWS_54 aws_s3_bucket_public_access_block.vault",
      "CKV2_AWS_11 aws_vpc.network",
      "CKV2_AWS_12 aws_vpc.network",
      "CKV_AWS_21 aws_s3_bucket.vault",
      "CKV_AWS_144 aws_s3_bucket.vault",
    ])
      assert.ok(found.has(expected), `${expected} is not among ${[...found].join(", ")}`);
  });
});

function planOf(plans: Record<string, TerraformPlan>, stack: string): TerraformPlan {
  const plan = plans[stack];
  if (plan === undefined) throw new Error(`there is no plan of ${stack}`);
  return plan;
}

function resource(plans: Record<string, TerraformPlan>, stack: string, address: string): PlannedResource {
  const { resources } = planOf(plans, stack).planned_values.root_module;
  const found = resources.find((each) => each.address === address);
  if (found === undefined) throw new Error(`there is no ${address} in ${stack}`);
  return found;
}
