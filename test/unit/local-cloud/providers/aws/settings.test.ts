import assert from "node:assert/strict";
import { settingFailures, settingsOf } from "../../../../../local-cloud/providers/aws/settings";
import type { Properties } from "../../../../../local-cloud/providers/framework/provider";

const store: Properties = {
  accessKey: "key",
  secretKey: "secret",
  region: "us-east-1",
  endpoints: [{ s3: "https://localhost:18333" }],
  s3UsePathStyle: true,
  customCaBundle: "/ca.pem",
  skipCredentialsValidation: true,
  skipMetadataApiCheck: true,
};

describe("settings of the embedded aws provider", () => {
  it("takes those of an S3-compatible store", () => {
    assert.deepEqual(settingFailures(store), []);
    assert.deepEqual(settingsOf(store), {
      region: "us-east-1",
      endpoint: "https://localhost:18333",
      pathStyle: true,
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
      caFile: "/ca.pem",
    });
  });

  const refused: [Properties, string][] = [
    [{ assumeRoles: [{ roleArn: "r" }] }, "assumeRoles"],
    [{ defaultTags: { tags: { a: "b" } } }, "defaultTags"],
    [{ allowedAccountIds: ["1"] }, "allowedAccountIds"],
    [{ accessKey: "key" }, "accessKey"],
    [{ endpoints: [{ sqs: "https://localhost" }] }, "endpoints.sqs"],
    [{ endpoints: [{ s3: "localhost:18333" }] }, "endpoints.s3"],
  ];
  for (const [inputs, property] of refused)
    it(`refuses ${JSON.stringify(inputs)}`, () => {
      assert.deepEqual(
        settingFailures(inputs).map((failure) => failure.property),
        [property],
      );
    });
});
