import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pythonTool } from "../../support/pythonTool";
import { assertAccepted, type Finding } from "../judges";
import { documentedPolicies, policiesIn, registeredPolicies } from "./policyDocuments";

describe("an IAM linter (parliament) over every policy", () => {
  let python: string;
  before(async () => {
    ({ python } = await pythonTool("parliament"));
  });

  function lint(policies: Record<string, string>): Finding[] {
    const { status, stdout, stderr } = spawnSync(python, [join(__dirname, "lintPolicies.py")], {
      input: JSON.stringify(policies),
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Finding[];
  }

  it("finds nothing but what is accepted", async () => {
    const policies = await registeredPolicies();
    for (const kind of ["iam/rolePolicy", "iam/role:", "s3/bucketPolicy", "kms/key"])
      assert.ok(
        Object.keys(policies).some((name) => name.includes(kind)),
        `there is a policy of ${kind}`,
      );
    const documented = documentedPolicies();
    assert.ok(Object.keys(documented).length >= 2, "the guides have policies");
    assertAccepted("parliament", lint({ ...policies, ...documented }));
  });

  const good = {
    Sid: "Read",
    Effect: "Allow",
    Action: ["s3:ListBucket"],
    Resource: "arn:aws:s3:::backups",
    Condition: { StringLike: { "s3:prefix": "db/*" } },
  };
  const old = {
    Sid: "Old",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::backups/*",
  };
  for (const [what, statement, expected] of [
    ["nothing wrong", good, []],
    ["an unknown action", { ...good, Action: "s3:ListBuckets" }, ["UNKNOWN_ACTION"]],
    [
      "an unknown operator",
      { ...good, Condition: { StringLikes: { "s3:prefix": "db/*" } } },
      ["UNKNOWN_OPERATOR", "MISMATCHED_TYPE"],
    ],
    [
      "a condition that the action does not know",
      { ...good, Condition: { StringLike: { "s3:prefixes": "db/*" } } },
      ["UNKNOWN_CONDITION_FOR_ACTION"],
    ],
    ["a number", { ...old, Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } } }, []],
    [
      "a number as text",
      { ...old, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
      ["MISMATCHED_TYPE"],
    ],
    [
      "a condition that compares the wrong kind",
      { ...old, Condition: { ArnEquals: { "s3:TlsVersion": 1.2 } } },
      ["MISMATCHED_TYPE"],
    ],
    [
      "an action of objects on a bucket",
      { ...good, Action: "s3:GetObject", Condition: undefined },
      ["RESOURCE_MISMATCH"],
    ],
    ["no resource", { ...good, Resource: undefined }, ["MALFORMED"]],
    ["no effect", { ...good, Effect: undefined }, ["MALFORMED"]],
  ] as const)
    it(`${expected.length === 0 ? "lets pass" : "objects to"} ${what}`, () => {
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      assert.deepEqual(
        lint({ policy }).map(({ check }) => check),
        expected,
      );
    });

  it("sees what is in a guide", () => {
    const guide = [
      "```sh",
      `aws iam put-role-policy --policy-document '{"Version":"2012-10-17","Statement":[`,
      `  {"Effect":"Allow","Action":"s3:GetObjekt","Resource":"arn:aws:s3:::'$VAULT'/*"}]}' --role x`,
      "```",
      "```json",
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}',
      "```",
    ].join("\n");
    const [block, argument, ...more] = policiesIn(guide);
    assert.deepEqual(more, []);
    assert.match(String(block), /"s3:GetObject"/);
    assert.deepEqual(
      lint({ argument: String(argument) }).map(({ check }) => check),
      ["UNKNOWN_ACTION"],
    );
  });
});
