import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { aws } from "../../../../local-cloud/providers/aws/definition";
import { awsPreview } from "../../../../local-cloud/providers/awsPreview/definition";
import { random } from "../../../../local-cloud/providers/random/definition";

describe("versions of the embedded providers", () => {
  for (const { name, version } of [aws, awsPreview({ roleArn: "" }), random])
    it(`is that of @pulumi/${name}, which the engine asks for`, () => {
      const file = require.resolve(`@pulumi/${name}/package.json`);
      assert.equal(version, (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version);
    });
});
