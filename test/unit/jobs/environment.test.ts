import assert from "node:assert/strict";
import {
  flag,
  integer,
  matching,
  objectStorageVariables,
  repositoryVariables,
  readEnvironment,
  secret,
  text,
} from "../../../jobs/environment";

describe("environment", () => {
  it("reads values by their types and fills in what may be missing", () => {
    const values = readEnvironment(
      { NAME: "x", PERMIT: "true", SECONDS: "50", EMPTY: "" },
      {
        name: text("NAME"),
        permit: flag("PERMIT"),
        other: flag("OTHER"),
        seconds: integer("SECONDS", 1),
        limit: integer("LIMIT", 1, 300),
        empty: text("EMPTY", "fallback"),
      },
    );
    assert.deepEqual(values, {
      name: "x",
      permit: true,
      other: false,
      seconds: 50,
      limit: 300,
      empty: "fallback",
    });
  });

  it("names everything that is missing or wrong in one sentence, and shows no secret", () => {
    assert.throws(
      () =>
        readEnvironment(
          { PERMIT: "yes", SECONDS: "-1", LABEL: "one", PASSWORD: "opensesame" },
          {
            name: text("NAME"),
            permit: flag("PERMIT"),
            seconds: integer("SECONDS", 1),
            label: matching("LABEL", /^L\d+$/, "must be a label"),
            password: { ...matching("PASSWORD", /^\d+$/, "must be digits"), secret: true },
          },
        ),
      (error: Error) => {
        assert.match(error.message, /NAME is not set/);
        assert.match(error.message, /PERMIT is "yes": must be true or false/);
        assert.match(error.message, /SECONDS is "-1": must be a whole number of at least 1/);
        assert.match(error.message, /LABEL is "one": must be a label/);
        assert.match(error.message, /PASSWORD must be digits/);
        assert.ok(!error.message.includes("opensesame"));
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  });

  it("takes an unset endpoint for AWS and refuses one that is no URL", () => {
    const source = { S3_BUCKET: "b", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" };
    assert.equal(readEnvironment(source, objectStorageVariables).endpoint, "");
    assert.throws(
      () => readEnvironment({ ...source, S3_ENDPOINT: "host:8333" }, objectStorageVariables),
      /S3_ENDPOINT is "host:8333": must be a URL/,
    );
  });

  it("asks for access keys, but not where the pod has an AWS role of its own", () => {
    const source = { S3_BUCKET: "b", PGBACKREST_REPO1_CIPHER_PASS: "c" };
    const variables = { ...objectStorageVariables, ...repositoryVariables };
    assert.throws(() => readEnvironment(source, variables), {
      message:
        "environment: AWS_ACCESS_KEY_ID is not set; AWS_SECRET_ACCESS_KEY is not set; PGBACKREST_REPO1_S3_KEY is not set; " +
        "PGBACKREST_REPO1_S3_KEY_SECRET is not set; set this in the pod's environment (ConfigMap or Secret) and run again",
    });
    const inPod = { ...source, AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials" };
    const { accessKeyId, secretAccessKey, repositoryKey } = readEnvironment(inPod, variables);
    assert.deepEqual([accessKeyId, secretAccessKey, repositoryKey], ["", "", ""]);
  });

  it("keeps a secret's fallback", () => {
    assert.deepEqual(readEnvironment({}, { key: secret("KEY", "") }), { key: "" });
  });
});
