import assert from "node:assert/strict";
import { type Commit, Transactions } from "../../../../jobs/moments/transactions";
import { parseWalRecord, type WalRecord } from "../../../../jobs/moments/walRecord";
import { sampleOf, sampleTables, versions } from "./samples";

function commitsOf(lines: readonly string[]): Commit[] {
  const transactions = new Transactions();
  return lines.flatMap((line) => {
    const record = parseWalRecord(line);
    return (record === undefined ? undefined : transactions.add(record)) ?? [];
  });
}

const file = "1663/1/9";
let position = 0;
const record = (more: object): WalRecord => {
  const prev = `0/${position.toString(16)}`;
  position += 1;
  return { xid: 7, lsn: `0/${position.toString(16)}`, prev, ...more } as WalRecord;
};
const deleted = (xid: number): WalRecord => record({ xid, kind: "rows", change: "deleted", rows: 2, file });
const commit = (xid: number, subtransactions: number[] = []): WalRecord =>
  record({ xid, kind: "commit", at: "2026-01-31T00:00:00.000000Z", dropped: [], subtransactions });

function play(records: readonly WalRecord[]): Commit[] {
  const transactions = new Transactions();
  return records.flatMap((each) => transactions.add(each) ?? []);
}

describe("transactions of the log", () => {
  for (const version of versions)
    it(`are put together from what version ${version} writes`, () => {
      const commits = commitsOf(sampleOf(version));
      const tables = Object.entries(sampleTables[version]);
      const changes = commits.flatMap(({ rows }) =>
        [...rows].flatMap(([of, { inserted, updated, deleted }]) => {
          const name = tables.find(([, number]) => of === `1663/16384/${number}`)?.[0];
          return name === undefined ? [] : [`${name} +${inserted} ~${updated} -${deleted}`];
        }),
      );
      // Of the table that VACUUM FULL gave new files, those.
      assert.deepEqual(changes, ["odd +0 ~0 -60", "part +0 ~20 -20", "copied +100 ~0 -0", "kept +0 ~50 -0"]);
      const dropped = commits.flatMap((each) => {
        const names = tables.flatMap(([name, number]) =>
          each.dropped.includes(`1663/16384/${number}`) ? [name] : [],
        );
        return names.length === 0 ? [] : [`${names.join()} ${each.created.size > 0 ? "made anew" : "gone"}`];
      });
      assert.deepEqual(dropped, [
        "dropped gone",
        "emptied made anew",
        "rewritten made anew",
        "vacuumed made anew",
      ]);
      assert.equal(commits.filter(({ databases }) => databases.length > 0).length, 1);
      for (const each of commits) assert.ok(each.before < each.lsn, each.lsn);
    });

  it("count what subtransactions did, but for those that were rolled back", () => {
    const [only, ...others] = play([
      deleted(7),
      deleted(8),
      deleted(9),
      record({ xid: 9, kind: "abort", subtransactions: [] }),
      commit(7, [8]),
      deleted(7),
    ]);
    assert.deepEqual(others, []);
    assert.equal(only?.rows.get(file)?.deleted, 4);
  });

  it("know where they first locked something, and where they end", () => {
    const [only] = play([
      deleted(7),
      record({ xid: 7, lsn: "0/50", prev: "0/4F", kind: "locked", transactions: [7] }),
      record({ xid: 8, lsn: "0/40", prev: "0/3F", kind: "locked", transactions: [8] }),
      { ...commit(7, [8]), lsn: "0/60", prev: "0/5F" },
    ]);
    assert.deepEqual([only?.beforeLock, only?.before, only?.lsn], ["0/3F", "0/5F", "0/60"]);
  });

  it("that were under way when the reading began may have done more", () => {
    const running = record({ xid: 0, kind: "running", transactions: [7] });
    const later = record({ xid: 0, kind: "running", transactions: [8] });
    const commits = play([commit(6), running, deleted(7), deleted(8), later, commit(7), commit(8)]);
    assert.deepEqual(
      commits.map(({ begunBefore }) => begunBefore),
      [true, true, false],
    );
  });

  it("remember nothing of what has ended, nor of what belongs to none", () => {
    const commits = play([deleted(0), deleted(7), commit(7), commit(7), commit(0)]);
    assert.deepEqual(
      commits.map(({ rows }) => rows.size),
      [1, 0, 0],
    );
  });
});
