import assert from "node:assert/strict";
import { type Comparison, recoveryChecks } from "../../../drill/recoveryChecks";

const nonce = "0123456789abcdef";
const verification = {
  checks: { "pods ready": 2.1, health: 0.1 },
  rowCounts: { experiments: 210_500, datasets: 40, users: 12 },
  modelSha256: "ab".repeat(32),
  nonce,
};

const good: Comparison = {
  nonce,
  before: { ...verification, rowCounts: { ...verification.rowCounts, experiments: 210_001 } },
  lastArchived: "00000001000000000000001A",
  after: {
    verification,
    database: { action: "restored", lastSegment: "00000001000000000000001A" },
    models: { action: "restored", totalBytes: 84_000_000 },
  },
};

function failing(comparison: Comparison): string[] {
  return recoveryChecks(comparison)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);
}

describe("checks of a recovery", () => {
  it("hold when everything came back", () => {
    assert.deepEqual(failing(good), []);
    assert.ok(recoveryChecks(good).some(({ name }) => name === "verification: health"));
  });

  const { after } = good;
  const cases: [string, Comparison["after"], string][] = [
    [
      "kept data",
      { ...after, database: { ...after.database, action: "kept" } },
      "database came from the backup",
    ],
    [
      "an empty database",
      { ...after, database: { ...after.database, action: "initialised" } },
      "database came from the backup",
    ],
    [
      "WAL that was archived and not replayed",
      { ...after, database: { ...after.database, lastSegment: "000000010000000000000019" } },
      "WAL replayed",
    ],
    [
      "kept checkpoints",
      { ...after, models: { ...after.models, action: "kept" } },
      "checkpoints came from the backup",
    ],
    [
      "another drill's data",
      { ...after, verification: { ...verification, nonce: "f".repeat(16) } },
      "nonce in database and checkpoint",
    ],
    [
      "another checkpoint",
      { ...after, verification: { ...verification, modelSha256: "cd".repeat(32) } },
      "checkpoint in use",
    ],
    [
      "small checkpoints",
      { ...after, models: { action: "restored", totalBytes: 1024 } },
      "size of the checkpoints",
    ],
    [
      "fewer experiments",
      {
        ...after,
        verification: { ...verification, rowCounts: { ...verification.rowCounts, experiments: 210_000 } },
      },
      "rows of experiments",
    ],
    [
      "a shorter table",
      { ...after, verification: { ...verification, rowCounts: { ...verification.rowCounts, users: 11 } } },
      "rows of all other tables",
    ],
  ];
  for (const [what, found, name] of cases)
    it(`do not hold with ${what}`, () => {
      assert.deepEqual(failing({ ...good, after: found }), [name]);
    });

  const certificate = (serialNumber: string) => ({
    certificate: { serialNumber, issuer: "CN=LSTM-PFD", validTo: "Nov 24 10:00:00 2027 GMT" },
  });
  const certificates: [string, string | undefined, boolean][] = [
    ["holds when site B shows the certificate of site A", "0A1B", true],
    ["does not hold when site B has a new one", "FFFF", false],
    ["does not hold when site B shows none", undefined, false],
  ];
  for (const [what, serialNumber, ok] of certificates)
    it(`of the certificate ${what}`, () => {
      const found = { ...verification, ...(serialNumber === undefined ? {} : certificate(serialNumber)) };
      const checks = recoveryChecks({
        ...good,
        before: { ...good.before, ...certificate("0A1B") },
        after: { ...after, verification: found },
      });
      assert.deepEqual(
        checks.filter(({ name }) => name === "certificate of the application"),
        [{ name: "certificate of the application", expected: "0A1B", seen: serialNumber, ok }],
      );
    });

  it("do not hold where nothing was measured", () => {
    assert.deepEqual(failing({ ...good, lastArchived: undefined, after: {} }), [
      "database came from the backup",
      "WAL replayed",
      "checkpoints came from the backup",
      "nonce in database and checkpoint",
      "checkpoint in use",
      "size of the checkpoints",
      "rows of experiments",
      "rows of all other tables",
    ]);
  });
});
