import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type DigestedSecrets, secretDigests } from "../../../plan/secretDigests";

const secrets: DigestedSecrets = {
  dbPassword: "password",
  jwtSecret: "jwt",
  secretKey: "key",
  repositoryCipherPass: "c".repeat(64),
  writer: { accessKeyId: "AKIA", secretAccessKey: "secret" },
};

/** Who restarts when a secret changes. */
const restarted = (changes: Partial<DigestedSecrets>): string[] => {
  const [before, after] = [secretDigests(secrets), secretDigests({ ...secrets, ...changes })];
  return Object.keys(before).filter(
    (name) => before[name as keyof typeof before] !== after[name as keyof typeof after],
  );
};

describe("digests of what pods read", () => {
  it("are the same as long as the secrets are", () => {
    assert.deepEqual(secretDigests({ ...secrets }), secretDigests(secrets));
  });

  const cases: [what: string, changes: Partial<DigestedSecrets>, restarts: string[]][] = [
    ["the database's password", { dbPassword: "another" }, ["application", "databasePassword"]],
    ["the key of tokens", { jwtSecret: "another" }, ["application"]],
    ["the session key", { secretKey: "another" }, ["application"]],
    ["the writer's key", { writer: { accessKeyId: "AKIB", secretAccessKey: "other" } }, ["repository"]],
    [
      "half of the writer's key",
      { writer: { accessKeyId: "AKIA", secretAccessKey: "other" } },
      ["repository"],
    ],
    ["keys in place of a role", { writer: undefined }, ["repository"]],
  ];
  for (const [what, changes, restarts] of cases)
    it(`change with ${what}, for those that read it`, () => {
      assert.deepEqual(restarted(changes), restarts);
    });

  it("tell nobody who guesses whether the guess is right", () => {
    const shown = Object.values<string>({ ...secretDigests(secrets) });
    for (const digest of shown) assert.match(digest, /^[0-9a-f]{32}$/);
    const plain = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
    for (const guess of ["password", '["databasePassword","password"]', "AKIAsecret"])
      assert.ok(!shown.includes(plain(guess)));
    // The same password under another passphrase.
    assert.deepEqual(restarted({ repositoryCipherPass: "d".repeat(64) }), [
      "application",
      "databasePassword",
      "repository",
    ]);
  });
});
