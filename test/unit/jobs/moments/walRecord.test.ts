import assert from "node:assert/strict";
import { parseWalRecord, pathFile } from "../../../../jobs/moments/walRecord";
import { sampleOf, versions } from "./samples";

const head = "len (rec/tot):     61/  1467, tx:        727, lsn: 0/016C4378, prev 0/016C4348, desc:";
const at = { xid: 727, lsn: "0/016C4378", prev: "0/016C4348" };

const cases: [line: string, record: object | undefined][] = [
  [
    `rmgr: Heap        ${head} DELETE off 6 flags 0x00 KEYS_UPDATED , blkref #0: rel 1663/16384/2610 blk 1 FPW`,
    { ...at, kind: "rows", change: "deleted", rows: 1, file: "1663/16384/2610" },
  ],
  [
    `rmgr: Heap        ${head} DELETE xmax: 741, off: 6, infobits: [KEYS_UPDATED], flags: 0x00, blkref #0: rel 1663/16384/2610 blk 1`,
    { ...at, kind: "rows", change: "deleted", rows: 1, file: "1663/16384/2610" },
  ],
  [
    `rmgr: Heap        ${head} HOT_UPDATE off 16 xmax 728 flags 0x60 ; new off 26 xmax 0, blkref #0: rel 1663/16384/1259 blk 0`,
    { ...at, kind: "rows", change: "updated", rows: 1, file: "1663/16384/1259" },
  ],
  [
    `rmgr: Heap        ${head} UPDATE+INIT off 16 xmax 728 flags 0x60 ; new off 1 xmax 0, blkref #0: rel 1663/16384/1259 blk 9, blkref #1: rel 1663/16384/1259 blk 0`,
    { ...at, kind: "rows", change: "updated", rows: 1, file: "1663/16384/1259" },
  ],
  [
    `rmgr: Heap2       ${head} MULTI_INSERT+INIT 61 tuples flags 0x02, blkref #0: rel 1663/16384/16456 blk 0`,
    { ...at, kind: "rows", change: "inserted", rows: 61, file: "1663/16384/16456" },
  ],
  [
    `rmgr: Heap2       ${head} MULTI_INSERT ntuples: 61, flags: 0x02, offsets: [8, 9], blkref #0: rel 16999/16384/16456 blk 0`,
    { ...at, kind: "rows", change: "inserted", rows: 61, file: "16999/16384/16456" },
  ],
  [
    `rmgr: Heap        ${head} LOCK off 1: xid 7: flags 0x00 , blkref #0: rel 1663/16384/16456 blk 0`,
    undefined,
  ],
  [`rmgr: Heap2       ${head} PRUNE latestRemovedXid 7, blkref #0: rel 1663/16384/16456 blk 0`, undefined],
  [
    `rmgr: Heap2       ${head} VISIBLE cutoff xid 7 flags 0x01, blkref #0: rel 1663/16384/16456 fork vm blk 0`,
    undefined,
  ],
  [
    `rmgr: XLOG        ${head} FPI , blkref #0: rel 1663/16384/16440 blk 0 FPW`,
    { ...at, kind: "page", file: "1663/16384/16440" },
  ],
  [`rmgr: XLOG        ${head} FPI , blkref #0: rel 1663/16384/16440 fork fsm blk 0 FPW`, undefined],
  [`rmgr: XLOG        ${head} FPI_FOR_HINT , blkref #0: rel 1663/16384/16440 blk 0 FPW`, undefined],
  [`rmgr: Storage     ${head} CREATE base/16384/16438`, { ...at, kind: "created", file: "1663/16384/16438" }],
  [`rmgr: Storage     ${head} CREATE base/16384/16438_init`, undefined],
  [`rmgr: Storage     ${head} TRUNCATE base/16384/16438 to 0 blocks flags 7`, undefined],
  [
    `rmgr: Standby     ${head} LOCK xid 727 db 16384 rel 16393 xid 9 db 16384 rel 16394 `,
    { ...at, kind: "locked", transactions: [727, 9] },
  ],
  [
    `rmgr: Standby     ${head} RUNNING_XACTS nextXid 746 latestCompletedXid 744 oldestRunningXid 745; 2 xacts: 745 743; 1 subxacts: 744`,
    { ...at, kind: "running", transactions: [745, 743] },
  ],
  [
    `rmgr: Standby     ${head} RUNNING_XACTS nextXid 746 latestCompletedXid 745 oldestRunningXid 746`,
    { ...at, kind: "running", transactions: [] },
  ],
  [`rmgr: Database    ${head} DROP dir 1663/16467`, { ...at, kind: "database dropped", database: 16467 }],
  [
    `rmgr: Transaction ${head} COMMIT 2026-11-27 05:20:23.571522 UTC; rels: base/16384/16393 base/16384/t3_16390 pg_tblspc/16999/PG_15_202209061/16384/16401; subxacts: 731 733; dropped stats: 2/16384/16399; inval msgs: catcache 32`,
    {
      ...at,
      kind: "commit",
      at: "2026-11-27T05:20:23.571522Z",
      dropped: ["1663/16384/16393", "16999/16384/16401"],
      subtransactions: [731, 733],
    },
  ],
  [
    `rmgr: Transaction ${head.replace("727", "  0")} COMMIT_PREPARED 737: 2026-11-27 05:20:24.096019 UTC`,
    { ...at, xid: 737, kind: "commit", at: "2026-11-27T05:20:24.096019Z", dropped: [], subtransactions: [] },
  ],
  [
    `rmgr: Transaction ${head} ABORT 2026-11-27 05:20:23.990932 UTC; rels: base/16384/16393; subxacts: 731`,
    { ...at, kind: "abort", subtransactions: [731] },
  ],
  [
    `rmgr: Transaction ${head.replace("727", "  0")} ABORT_PREPARED 737: 2026-11-27 05:20:24.096019 UTC`,
    { ...at, xid: 737, kind: "abort", subtransactions: [] },
  ],
  [`rmgr: Transaction ${head} PREPARE gid p1: 2026-11-27 05:20:24.049267 UTC`, undefined],
  [`rmgr: Transaction ${head} ASSIGNMENT xtop 727: subxacts: 731 732`, undefined],
  [`rmgr: Btree       ${head} DELETE lastoff 6, blkref #0: rel 1663/16384/2610 blk 1`, undefined],
  ["pg_waldump: first record is after 0/1000000, at 0/1000028, skipping over 40 bytes", undefined],
  ["", undefined],
];

describe("a record of the log", () => {
  it("is read from a line of pg_waldump, of any version", () => {
    for (const [line, record] of cases) assert.deepEqual(parseWalRecord(line), record, line);
  });

  for (const version of versions)
    it(`is understood in version ${version}, wherever it speaks of rows, commits and locks`, () => {
      const lines = sampleOf(version).filter((line) =>
        /desc: (INSERT|DELETE|UPDATE|HOT_UPDATE|MULTI_INSERT|COMMIT|ABORT|LOCK xid|CREATE base|DROP|FPI |RUNNING)/.test(
          line,
        ),
      );
      assert.ok(lines.length > 300);
      for (const line of lines) assert.notEqual(parseWalRecord(line), undefined, line);
    });
});

describe("the files at a path", () => {
  it("are those of a relation that belongs to a database, and is not temporary", () => {
    assert.deepEqual(
      [
        "base/5/16384",
        "pg_tblspc/99/PG_15_202209061/5/16384",
        "base/5/t3_16384",
        "base/5/16384_fsm",
        "global/1262",
      ].map(pathFile),
      ["1663/5/16384", "99/5/16384", undefined, undefined, undefined],
    );
  });
});
