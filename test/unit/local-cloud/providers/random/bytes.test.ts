import assert from "node:assert/strict";
import { randomBytes, randomId, spellings } from "../../../../../local-cloud/providers/random/bytes";
import type { CallContext } from "../../../../../local-cloud/providers/framework/provider";

const context: CallContext = {
  urn: "urn:pulumi:s::p::random:index/randomId:RandomId::n",
  preview: false,
  signal: new AbortController().signal,
  log: () => undefined,
};

describe("random bytes", () => {
  it("are spelled in four ways, with a prefix", () => {
    assert.deepEqual(spellings(Buffer.from([0, 251, 255]), "p-"), {
      b64Std: "p-APv/",
      b64Url: "p-APv_",
      hex: "p-00fbff",
      dec: "p-64511",
    });
  });

  it("have the id of the upstream provider", async () => {
    const id = await randomId.create({ byteLength: 4, prefix: "p-" }, context);
    assert.equal(id.outputs["b64Url"], `p-${id.id}`);
    const bytes = await randomBytes.create({ length: 5 }, context);
    assert.equal(bytes.id, bytes.outputs["base64"]);
    assert.equal(Buffer.from(bytes.id, "base64").length, 5);
  });

  it("are imported by their spelling, with or without a prefix", async () => {
    const id = await randomId.read({ id: "my,prefix-,APv_", inputs: {}, outputs: {} }, context);
    assert.ok(id);
    assert.equal(id.id, "APv_");
    assert.deepEqual(id.inputs, { byteLength: 3, prefix: "my,prefix-" });
    assert.equal(id.outputs["hex"], "my,prefix-00fbff");
    const bytes = await randomBytes.read({ id: "APv/", inputs: {}, outputs: {} }, context);
    assert.equal(bytes?.outputs["hex"], "00fbff");
  });

  it("are refused in another spelling, without showing it", () => {
    assert.throws(
      () => randomId.read({ id: "p,%%", inputs: {}, outputs: {} }, context),
      /not a URL-safe base64/,
    );
    assert.throws(
      () => randomBytes.read({ id: "secret%", inputs: {}, outputs: {} }, context),
      (error: Error) => !error.message.includes("secret%"),
    );
  });
});
