import assert from "node:assert/strict";
import {
  type Backups,
  decideRecovery,
  type RecoveryDecision,
  type RecoveryFacts,
} from "../../../../jobs/database/recoveryDecision";
import type { Base } from "../../../../jobs/database/databaseBackups";
import { baseBackup } from "./samples";

const location = "s3://backups/wal/generation-0001/";
const base: Base = {
  generation: 1,
  label: "20260101-000000F",
  backup: baseBackup(),
  archiveId: "15-1",
  pgVersion: "15",
  committed: true,
};
const found: Record<string, Backups> = {
  none: { state: "none", location },
  committed: { state: "committed", bases: [base] },
  uncommitted: { state: "uncommitted", location, what: "objects" },
  damaged: { state: "damaged", reason: "backup.info is missing", remedy: "bring it back" },
  unreadable: { state: "unreadable", reason: "no answer", remedy: "check the network" },
};
const directories = ["valid", "empty", "incoming-left", "partial"] as const;
type Action = RecoveryDecision["action"];

/** Rows: data directory. Columns: backups; with a permit to initialise after the slash where that differs. */
const table: Record<(typeof directories)[number], Record<string, Action | `${Action}/${Action}`>> = {
  valid: { none: "keep", committed: "keep", uncommitted: "keep", damaged: "keep", unreadable: "keep" },
  empty: {
    none: "refuse/initialise",
    committed: "restore",
    uncommitted: "refuse",
    damaged: "refuse",
    unreadable: "refuse",
  },
  "incoming-left": {
    none: "refuse/initialise",
    committed: "restore",
    uncommitted: "refuse",
    damaged: "refuse",
    unreadable: "refuse",
  },
  partial: {
    none: "refuse",
    committed: "refuse",
    uncommitted: "refuse",
    damaged: "refuse",
    unreadable: "refuse",
  },
};

describe("the recovery decision", () => {
  for (const state of directories)
    for (const [name, backups] of Object.entries(found))
      for (const permitInitialise of [false, true]) {
        const [without, withPermit] = (table[state][name] ?? "").split("/");
        const expected = permitInitialise ? (withPermit ?? without) : without;
        it(`${state} data, ${name} backups, ${permitInitialise ? "with" : "without"} permit: ${expected ?? ""}`, () => {
          const facts: RecoveryFacts = { dataDirectory: { state, reason: "why" }, backups, permitInitialise };
          const decision = decideRecovery(facts);
          assert.equal(decision.action, expected);
          if (decision.action === "refuse") {
            assert.notEqual(decision.reason, "");
            assert.notEqual(decision.remedy, "");
          }
        });
      }

  it("restores the backup that the store holds", () => {
    const { committed } = found;
    assert.ok(committed);
    const decision = decideRecovery({
      dataDirectory: { state: "empty" },
      backups: committed,
      permitInitialise: true,
    });
    assert.deepEqual(decision, { action: "restore", bases: [base] });
  });

  it("says what is wrong with half a data directory, and where an absent backup was looked for", () => {
    const refusal = (facts: RecoveryFacts): string => {
      const decision = decideRecovery(facts);
      assert.equal(decision.action, "refuse");
      return decision.reason;
    };
    const none: Backups = { state: "none", location };
    assert.match(
      refusal({
        dataDirectory: { state: "partial", reason: "PG_VERSION is missing" },
        backups: none,
        permitInitialise: true,
      }),
      /PG_VERSION is missing/,
    );
    assert.match(
      refusal({ dataDirectory: { state: "empty" }, backups: none, permitInitialise: false }),
      /s3:\/\/backups\/wal\/generation-0001\/ holds no backup/,
    );
  });
});
