import assert from "node:assert/strict";
import { objectStorageProblem } from "../../../jobs/objectStorageProblem";

const cases: { what: string; error: object; reason: RegExp; remedy: RegExp; transient: boolean }[] = [
  {
    what: "an unknown access key",
    error: { name: "InvalidAccessKeyId", $metadata: { httpStatusCode: 403 } },
    reason: /access key was refused/,
    remedy: /AWS_ACCESS_KEY_ID/,
    transient: false,
  },
  {
    what: "a wrong secret",
    error: { name: "SignatureDoesNotMatch", $metadata: { httpStatusCode: 403 } },
    reason: /access key was refused/,
    remedy: /AWS_SECRET_ACCESS_KEY/,
    transient: false,
  },
  {
    what: "no credentials at all",
    error: { name: "CredentialsProviderError", message: "Could not load credentials from any providers" },
    reason: /no credentials for it \(Could not load/,
    remedy: /Pod Identity association/,
    transient: true,
  },
  {
    what: "a missing permission",
    error: { name: "AccessDenied", message: "no", $metadata: { httpStatusCode: 403 } },
    reason: /denied/,
    remedy: /policy/,
    transient: false,
  },
  {
    what: "a missing bucket",
    error: { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } },
    reason: /bucket does not exist/,
    remedy: /S3_BUCKET/,
    transient: false,
  },
  {
    what: "an unknown certificate authority",
    error: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", message: "unable to verify the first certificate" },
    reason: /certificate is not trusted/,
    remedy: /NODE_EXTRA_CA_CERTS/,
    transient: false,
  },
  {
    what: "a name that cannot be resolved",
    error: { code: "ENOTFOUND", message: "getaddrinfo" },
    reason: /host name cannot be resolved/,
    remedy: /DNS/,
    transient: true,
  },
  {
    what: "a refused connection",
    error: { code: "ECONNREFUSED", message: "" },
    reason: /cannot be reached \(ECONNREFUSED\)/,
    remedy: /S3_ENDPOINT/,
    transient: true,
  },
  {
    what: "silence",
    error: { name: "TimeoutError", message: "socket timed out" },
    reason: /no answer in time/,
    remedy: /firewalls/,
    transient: true,
  },
  {
    what: "an overloaded store",
    error: { name: "SlowDown", message: "slow down", $metadata: { httpStatusCode: 503 } },
    reason: /answered 503/,
    remedy: /run this again/,
    transient: true,
  },
  {
    what: "two writes of one object at the same time",
    error: { name: "ConditionalRequestConflict", $metadata: { httpStatusCode: 409 } },
    reason: /another write of the same object/,
    remedy: /run this again/,
    transient: true,
  },
  {
    what: "a clock that is wrong",
    error: { name: "RequestTimeTooSkewed", $metadata: { httpStatusCode: 403 } },
    reason: /clock of this node/,
    remedy: /NTP/,
    transient: false,
  },
  {
    what: "an archived object",
    error: { name: "InvalidObjectState", StorageClass: "GLACIER", $metadata: { httpStatusCode: 403 } },
    reason: /archived as GLACIER/,
    remedy: /restore-object/,
    transient: false,
  },
  {
    what: "a bucket in another region, by its redirect",
    error: {
      name: "PermanentRedirect",
      $metadata: { httpStatusCode: 301 },
      $response: { headers: { "x-amz-bucket-region": "eu-west-1" } },
    },
    reason: /another region, eu-west-1/,
    remedy: /vaultRegion/,
    transient: false,
  },
  {
    what: "a bucket in another region, by the signature",
    error: {
      name: "AuthorizationHeaderMalformed",
      message:
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
      $metadata: { httpStatusCode: 400 },
    },
    reason: /another region, eu-central-1/,
    remedy: /s3Region/,
    transient: false,
  },
  {
    what: "a request that the store does not know",
    error: { name: "InvalidArgument", message: "bad", $metadata: { httpStatusCode: 400 } },
    reason: /answered 400 InvalidArgument/,
    remedy: /settings/,
    transient: false,
  },
];

describe("object storage problem", () => {
  for (const { what, error, reason, remedy, transient } of cases)
    it(`explains ${what}`, () => {
      const problem = objectStorageProblem(Object.assign(new Error(), error));
      assert.match(problem.reason, reason);
      assert.match(problem.remedy, remedy);
      assert.equal(problem.transient, transient);
    });
});
