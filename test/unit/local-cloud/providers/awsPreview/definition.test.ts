import assert from "node:assert/strict";
import { awsPreview, notice } from "../../../../../local-cloud/providers/awsPreview/definition";
import type { CallContext } from "../../../../../local-cloud/providers/framework/provider";

const account = "123456789012";
const roleArn = `arn:aws:iam::${account}:role/operator`;
const place = { account, region: "eu-central-1" };

function context(preview: boolean, log: CallContext["log"] = () => undefined): CallContext {
  return { urn: "urn:pulumi:prod::lstm-pfd::t::vault", preview, signal: new AbortController().signal, log };
}

describe("the stand-in for the aws plugin", () => {
  it("takes its place from the provider's settings", () => {
    const provider = awsPreview({ roleArn });
    assert.deepEqual(provider.configure({ allowedAccountIds: [account], region: "eu-central-1" }), place);
    assert.deepEqual(provider.configure({}), { account: "", region: "" });
  });

  it("knows every type of AWS, and no other", () => {
    const provider = awsPreview({ roleArn });
    assert.ok(provider.handler("aws:ec2/vpc:Vpc", place));
    assert.equal(provider.handler("gcp:storage/bucket:Bucket", place), undefined);
  });

  it("foresees the names that other resources and the policies need, and says once what it is", async () => {
    const said: string[] = [];
    const provider = awsPreview({ roleArn });
    const preview = async (type: string, inputs: { bucket?: string }) =>
      (
        await provider.handler(type, place)?.create(
          inputs,
          context(true, (_severity, message) => said.push(message)),
        )
      )?.outputs;
    assert.deepEqual(await preview("aws:kms/key:Key", {}), {
      keyId: "vault",
      arn: `arn:aws:kms:eu-central-1:${account}:key/vault`,
    });
    assert.deepEqual(await preview("aws:s3/bucket:Bucket", { bucket: "backups" }), {
      bucket: "backups",
      arn: "arn:aws:s3:::backups",
    });
    assert.deepEqual(await preview("aws:ec2/vpc:Vpc", {}), {});
    assert.deepEqual(said, [notice]);
  });

  it("creates, reads, changes and removes nothing", async () => {
    const handler = awsPreview({ roleArn }).handler("aws:s3/bucket:Bucket", place);
    assert.ok(handler);
    const known = { id: "backups", inputs: {}, outputs: {} };
    const refusal = {
      message:
        "the aws plugin in use is a stand-in that can preview only, and nothing was touched: install the upstream plugin, then run this again",
    };
    await assert.rejects(handler.create({ bucket: "backups" }, context(false)), refusal);
    await assert.rejects(handler.read(known, context(false)), refusal);
    await assert.rejects(async () => handler.update?.(known, {}, context(false)), refusal);
    await assert.rejects(handler.delete(known, context(false)), refusal);
  });

  const answers: [string, object, object][] = [
    ["aws:s3/getBuckets:getBuckets", { prefix: "backups" }, { prefix: "backups", buckets: [] }],
    [
      "aws:s3/getBucket:getBucket",
      { bucket: "backups" },
      { bucket: "backups", id: "backups", arn: "arn:aws:s3:::backups" },
    ],
    [
      "aws:iam/getRole:getRole",
      { name: "writer" },
      { name: "writer", id: "writer", arn: `arn:aws:iam::${account}:role/writer` },
    ],
    [
      "aws:index/getCallerIdentity:getCallerIdentity",
      {},
      { accountId: account, arn: `arn:aws:sts::${account}:assumed-role/operator/preview` },
    ],
    ["aws:iam/getSessionContext:getSessionContext", {}, { issuerArn: roleArn }],
  ];
  for (const [token, inputs, answer] of answers)
    it(`answers ${token}`, async () => {
      assert.deepEqual(await awsPreview({ roleArn }).invoke?.(token, { ...inputs }, place), answer);
    });

  it("names a lookup that it has no answer to", () => {
    assert.throws(() => awsPreview({ roleArn }).invoke?.("aws:ec2/getAmi:getAmi", {}, place), {
      message:
        "the stand-in for the aws plugin has no answer to aws:ec2/getAmi:getAmi: add one to local-cloud/providers/awsPreview/answers.ts",
    });
  });
});
