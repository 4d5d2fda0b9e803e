import assert from "node:assert/strict";
import { blanked, blankSecrets, holdsSecret } from "../../../../plan/doctor/blank";
import { objectsText } from "../../../../plan/doctor/objectsText";

const secret = 'p"a$s/w+o r=d';
const pem = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2)}\n-----END PRIVATE KEY-----\n`;
const key = ["AKIA", "IOSFODNN7EXAMPLE"].join("");

/** Text, and what must not be in it afterwards. */
const looking: [string, string, string][] = [
  ["an access key of AWS", `key ${key} was refused`, key],
  ["a temporary access key", `ASIA${"Y".repeat(16)}`, `ASIA${"Y".repeat(16)}`],
  ["a password in a URL", "postgresql://lstm_pfd:hunter22@db:5432/x", "hunter22"],
  ["a password without a user in a URL", "redis://:hunter22@redis:6379/0", "hunter22"],
  ["an Authorization header", "Authorization: Basic dXNlcjpodW50ZXIyMg==", "dXNlcjpodW50ZXIyMg"],
  ["a bearer token", "> authorization: Bearer abc.def-ghi_jkl012", "abc.def"],
  ["a bearer token without its header", "sent Bearer abcdefgh12345678 to it", "abcdefgh12345678"],
  [
    "a signature of AWS",
    "Authorization: AWS4-HMAC-SHA256 Credential=x/20260131, Signature=0abc1def",
    "0abc1def",
  ],
  [
    "a signed URL",
    "https://b.s3.example.com/x?X-Amz-Credential=abc%2F2026&X-Amz-Signature=0123abcd",
    "0123abcd",
  ],
  ["a JSON web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIiOiIxIn0"],
  ["a private key", `x\n${pem}y`, "MIIEvQ"],
  ["a private key that is cut off", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE", "MHcCAQEE"],
  ["password=", "connect host=db password=hunter22 dbname=x", "hunter22"],
  ["PGPASSWORD=", "PGPASSWORD=hunter22 psql", "hunter22"],
  ["a setting in YAML", "dbPassword: hunter22", "hunter22"],
  ["a setting in JSON", '{"secretAccessKey": "hun ter22", "x": 1}', "hun ter22"],
  ["JSON within JSON", String.raw`"{\"password\":\"hunter22\",\"x\":1}"`, "hunter22"],
  ["a passphrase", "repo1-cipher-pass=hunter22", "hunter22"],
  ["a key of pgBackRest", "repo1-s3-key-secret=hunter22", "hunter22"],
  ["a token", "session_token=hunter22&x=1", "hunter22"],
  ["Redis' password", "requirepass hunter22", "hunter22"],
  ["an option", "redis-cli --pass hunter22 ping", "hunter22"],
  [
    "a sealed kit",
    '{"format":2,"about":{"vault":"v","generation":3},"salt":"c2FsdA","nonce":"bm9uY2U","tag":"dGFn","text":"c2VhbGVk"}',
    "c2VhbGVk",
  ],
  [
    "a sealed kit of before",
    '{"format":1,"salt":"c2FsdA","nonce":"bm9uY2U","tag":"dGFn","text":"c2VhbGVk"}',
    "c2VhbGVk",
  ],
];

/** What whoever helps needs. */
const staying = [
  "pod lstm-pfd-worker-7c9d8b6f5d-x2x4p: Back-off pulling image registry.example.com/lstm-pfd@sha256:0123456789abcdef",
  "FATAL:  password authentication failed for user x",
  '{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"lstm-pfd-secrets","key":"DB_PASSWORD"}}}',
  "https://s3.example.com:9000/backups/wal/generation-0001",
  "2026-01-31T12:00:00Z LOG:  archived 000000010000000000000011",
];

const forms: [string, string][] = [
  ["as it is", secret],
  ["in JSON", JSON.stringify({ x: secret })],
  ["in JSON within JSON", JSON.stringify({ x: JSON.stringify({ y: secret }) })],
  ["in a URL", `x=${encodeURIComponent(secret)}&`],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in base64url", Buffer.from(secret).toString("base64url")],
  ["with what was replaced beside it", `${blanked}${secret}${blanked}`],
];

describe("doctor: secrets", () => {
  for (const [name, text, gone] of looking)
    it(`are known by their looks: ${name}`, () => {
      assert.ok(text.includes(gone), "the case is wrong");
      const after = blankSecrets(text, []);
      assert.ok(!after.includes(gone), after);
      assert.ok(after.includes(blanked), after);
    });

  for (const text of staying)
    it(`are not taken for what is none: ${text.slice(0, 50)}`, () => {
      assert.equal(blankSecrets(text, []), text);
    });

  for (const [name, text] of forms)
    it(`that are known go in any form: ${name}`, () => {
      assert.ok(holdsSecret(text, [secret]));
      assert.ok(!holdsSecret(blankSecrets(`before ${text} after`, [secret]), [secret]));
    });

  it("that are known go line by line where they have several", () => {
    const [, line = ""] = pem.split("\n");
    assert.ok(holdsSecret(`x ${line} y`, [pem]));
    assert.ok(!blankSecrets(`x ${line} y`, [pem]).includes(line));
  });

  it("that are short go as well, whatever becomes of the text", () => {
    for (const short of ["a", "l", "("]) {
      const after = blankSecrets("a list (all of it)", [short]);
      assert.ok(!holdsSecret(after, [short]), after);
    }
  });

  it("are looked for in long lines without an end", () => {
    const line = "eyJ".repeat(100_000);
    assert.equal(blankSecrets(line, []), line);
    const braces = '{"format":'.repeat(10_000);
    assert.equal(blankSecrets(braces, []), braces);
  });

  it("that are empty are none", () => {
    assert.equal(blankSecrets("text", ["", " "]), "text");
    assert.equal(holdsSecret("text", ["", " "]), false);
  });

  it("stay references in the states of objects, and what says too much is left out", () => {
    const object = {
      kind: "List",
      items: [
        {
          kind: "Pod",
          metadata: {
            name: "p",
            managedFields: [{ manager: "helm" }],
            annotations: {
              "kubectl.kubernetes.io/last-applied-configuration": "{}",
              "checksum/secret": "0123",
              "example.com/kept": "yes",
            },
          },
          spec: {
            containers: [
              {
                env: [
                  {
                    name: "DB_PASSWORD",
                    valueFrom: { secretKeyRef: { name: "lstm-pfd-secrets", key: "DB_PASSWORD" } },
                  },
                  { name: "API_TOKEN", value: "hunter22" },
                  { name: "DATABASE_URL", value: "hunter23" },
                  { name: "S3_BUCKET", value: "backups" },
                ],
              },
            ],
          },
        },
        { kind: "Secret", metadata: { name: "s" }, data: { key: "hunter24" } },
        { kind: "ConfigMap", metadata: { name: "c" }, data: { key: "hunter25" } },
      ],
    };
    const text = objectsText(JSON.stringify(object));
    assert.doesNotMatch(text, /hunter|managedFields|last-applied|checksum/);
    const { items } = JSON.parse(text) as { items: { spec?: { containers: { env: object[] }[] } }[] };
    assert.deepEqual(items[0]?.spec?.containers[0]?.env, [
      { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "lstm-pfd-secrets", key: "DB_PASSWORD" } } },
      { name: "API_TOKEN", value: blanked },
      { name: "DATABASE_URL", value: blanked },
      { name: "S3_BUCKET", value: "backups" },
    ]);
    assert.match(text, /example.com\/kept/);
  });
});
