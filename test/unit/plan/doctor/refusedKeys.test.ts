import assert from "node:assert/strict";
import { objectStorageProblem } from "../../../../jobs/objectStorageProblem";
import { refusalOf } from "../../../../plan/doctor/refusedKeys";

/** As the AWS SDK throws it. */
const sdk = (name: string, status = 403, message = ""): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

const table: [string, Error, string][] = [
  ["InvalidAccessKeyId", sdk("InvalidAccessKeyId"), "unknown key"],
  ["SignatureDoesNotMatch", sdk("SignatureDoesNotMatch"), "wrong secret"],
  ["ExpiredToken", sdk("ExpiredToken", 400), "expired"],
  ["InvalidToken", sdk("InvalidToken", 400), "expired"],
  ["RequestTimeTooSkewed", sdk("RequestTimeTooSkewed"), "clock"],
  ["AccessDenied", sdk("AccessDenied", 403, "Access Denied"), "denied"],
  ["a 403 without a name", sdk("403", 403, "UnknownError"), "denied"],
  ["NoSuchBucket", sdk("NoSuchBucket", 404), "no bucket"],
  ["no credentials", sdk("CredentialsProviderError", 0, "Could not load credentials"), "no credentials"],
  ["a store that stumbles", sdk("InternalError", 500), "other"],
  ["no connection", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "other"],
];

describe("doctor: refusals of an object store", () => {
  for (const [name, error, kind] of table)
    it(`tells ${name} by what the jobs make of it`, () => {
      assert.equal(refusalOf(objectStorageProblem(error).reason), kind);
    });
});
