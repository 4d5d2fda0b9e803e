import assert from "node:assert/strict";
import { OperationError } from "../../../automation/operation";
import { mayPropagate, repeatUntilPropagated } from "../../../automation/propagation";

const arn = "arn:aws:iam::123456789012:role/lstm-pfd";
const key = "arn:aws:kms:eu-central-1:123456789012:key/1";
const cases: [message: string, passes: boolean][] = [
  [
    `creating EKS Cluster (x): InvalidParameterException: Access denied to KMS key ${key} due to explicit deny policy or revoked grant`,
    true,
  ],
  [
    "creating CloudWatch Logs Log Group: InvalidParameterException: The specified KMS Key Id could not be found.",
    true,
  ],
  [
    "creating KMS Key: MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.",
    true,
  ],
  ["putting S3 Bucket Policy: MalformedPolicy: Invalid principal in policy", true],
  [`creating EKS Cluster (x): InvalidParameterException: roleArn, ${arn}, does not exist`, true],
  [
    "creating EKS Pod Identity Association: InvalidParameterException: Role provided in the request does not exist.",
    true,
  ],
  [`AccessDenied: User: ${arn} is not authorized to perform: eks:CreateCluster`, false],
  ["InvalidParameterException: Subnets specified must be in at least two different AZs", false],
  ["MalformedPolicyDocumentException: Syntax errors in policy.", false],
  ["InvalidParameterException: Access denied to KMS key x due to explicit deny policy", false],
];

describe("what AWS does not know yet", () => {
  for (const [message, passes] of cases)
    it(`${passes ? "is" : "is not"}: ${message}`, () => {
      assert.equal(mayPropagate({ resource: "x", message }), passes);
    });

  const [refused] = cases[0] ?? [""];
  const { signal } = new AbortController();
  const quick = { times: 3, restMs: 1 };
  const failing = (...messages: string[]) =>
    new OperationError(
      "up",
      "prod",
      messages.map((message) => ({ resource: "cluster", message })),
    );

  it("is tried again, and said", async () => {
    const lines: string[] = [];
    let count = 0;
    const up = () => ((count += 1) < 3 ? Promise.reject(failing(refused)) : Promise.resolve("up"));
    assert.equal(
      await repeatUntilPropagated(up, { detail: (line) => lines.push(line), signal }, quick),
      "up",
    );
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? "", /^AWS does not know yet what cluster needs, /);
  });

  for (const [what, error, tries] of [
    ["not for ever", failing(refused), 3],
    ["not with another fault beside it", failing(refused, "no such subnet"), 1],
    ["not for anything else", new Error("stopped"), 1],
  ] as const)
    it(`is tried again, but ${what}`, async () => {
      let count = 0;
      const up = () => {
        count += 1;
        return Promise.reject(error);
      };
      await assert.rejects(repeatUntilPropagated(up, { detail: () => undefined, signal }, quick), error);
      assert.equal(count, tries);
    });

  it("is not waited for any longer when the work is stopped", async () => {
    const stop = new AbortController();
    const stopped = new Error("stopped by SIGINT");
    const up = () => {
      stop.abort(stopped);
      return Promise.reject(failing(refused));
    };
    const watching = { detail: () => undefined, signal: stop.signal };
    await assert.rejects(repeatUntilPropagated(up, watching, { times: 3, restMs: 60_000 }), stopped);
  });
});
