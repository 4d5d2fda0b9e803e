import assert from "node:assert/strict";
import { secretProblem } from "../../../../policies/shared/secretValue";

describe("secretProblem", () => {
  const secrets = [
    "PASSWORD",
    "PGPASSWORD",
    "dbPassword",
    "DB_PASS",
    "JWT_SECRET",
    "secret-key",
    "GITHUB_TOKEN",
    "apiKey",
    "APIKEY",
    "AWS_SECRET_ACCESS_KEY",
    "aws.secret.access.key",
    "PGBACKREST_REPO1_CIPHER_PASS",
    "PRIVATE_KEY",
    "GOOGLE_CREDENTIALS",
    "DB_PASSWORD_OLD",
    "API_KEY_2",
    "PRIVATE_KEY_PEM",
  ];
  for (const name of secrets)
    it(`takes ${name} for a secret`, () => {
      assert.equal(secretProblem(name, "hunter2"), "has the name of a secret and a value in plain text");
      assert.equal(secretProblem(name, ""), undefined);
    });

  const others = [
    "TOKENIZERS_PARALLELISM",
    "MAX_TOKENS",
    "SECRETARY",
    "COMPASS",
    "KEYBOARD",
    "DB_PASSWORD_FILE",
    "tokenPath",
    "AWS_ACCESS_KEY_ID",
    "SECRET_NAME",
    "JWT_ALGORITHM",
    "JWT_ACCESS_TOKEN_EXPIRES",
    "passwordSecretRef",
    "PASSWORD_ENCRYPTION",
    "SECRET_PROVIDER",
    "TOKEN_BUCKET",
    "MYSQL_ALLOW_EMPTY_PASSWORD",
  ];
  for (const name of others)
    it(`takes ${name} for none`, () => {
      assert.equal(secretProblem(name, "hunter2"), undefined);
    });

  it("takes a switch for none", () => {
    assert.equal(secretProblem("REQUIRE_TOKEN", "true"), undefined);
    assert.equal(secretProblem("MYSQL_RANDOM_ROOT_PASSWORD", "yes"), undefined);
  });

  it("takes what Kubernetes puts in from elsewhere for none", () => {
    assert.equal(secretProblem("DB_PASSWORD", "$(PASSWORD_OF_SECRET)"), undefined);
  });

  it("finds the password of a connection string", () => {
    const found = "holds a password in plain text, in a connection string";
    assert.equal(secretProblem("DSN", "host=h password=pw"), found);
    assert.equal(secretProblem("DSN", "Server=db;User Id=app;Password=pw;"), found);
    assert.equal(secretProblem("DSN", "host=h password=$(DB_PASSWORD)"), undefined);
    assert.equal(secretProblem("DSN", "host=h user=app"), undefined);
  });

  const urls: [value: string, scheme: string | undefined][] = [
    ["postgresql://app:hunter2@db/app", "postgresql"],
    ["redis://:hunter2@redis:6379/0", "redis"],
    ["see https://user:hunter2@example.com/", "https"],
    ["postgresql://u:pa/ss@h/db", "postgresql"],
    ["redis://:$(REDIS_PASSWORD)@h", undefined],
    ["postgresql://app:$(DB_PASSWORD)@db/x", undefined],
    ["https://$(HOST):$(PORT)/a@b", undefined],
    ["postgresql://app@db/app", undefined],
    ["https://example.com:8443/a@b", undefined],
  ];
  for (const [value, scheme] of urls)
    it(`finds ${scheme ?? "no"} password in ${value}`, () => {
      const expected =
        scheme === undefined ? undefined : `holds a password in plain text, in a ${scheme} URL`;
      assert.equal(secretProblem("ADDRESS", value), expected);
    });
});
