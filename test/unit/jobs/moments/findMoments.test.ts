import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { parseLsn } from "../../../../jobs/database/walPosition";
import { findMoments, type MomentsFound } from "../../../../jobs/moments/findMoments";
import type { TableName } from "../../../../jobs/tableName";
import { FakeWaldump } from "./fakeWaldump";
import { sampleDatabase, sampleOf } from "./samples";

/** The tables of the sample of version 15: their files from a position on, and their rows up to there. */
const history: [name: string, id: number, files: [from: string, file: number | undefined][], rows: number][] =
  [
    ["kept", 16385, [["0/1", 16385]], 50],
    [
      "dropped",
      16393,
      [
        ["0/1", 16393],
        ["0/16C7818", undefined],
      ],
      30,
    ],
    [
      "emptied",
      16401,
      [
        ["0/1", 16401],
        ["0/16CAFB0", 16438],
      ],
      20,
    ],
    ['Odd "Name', 16408, [["0/1", 16408]], 60],
    ["parted_1", 16418, [["0/1", 16418]], 40],
    [
      "rewritten",
      16423,
      [
        ["0/1", 16423],
        ["0/16D9B38", 16442],
        ["0/16DF950", 16453],
      ],
      25,
    ],
    [
      "vacuumed",
      16428,
      [
        ["0/1", 16428],
        ["0/16DE708", 16447],
      ],
      25,
    ],
    [
      "copied",
      16456,
      [
        ["0/1", undefined],
        ["0/16E5900", 16456],
      ],
      100,
    ],
    [
      "late",
      16464,
      [
        ["0/1", undefined],
        ["0/16ECCF8", 16464],
        ["0/16ED460", undefined],
      ],
      33,
    ],
  ];

/** Answers as a server would that has replayed the record at a position. */
function serverAt(lsn: string): Client {
  const rows = history.flatMap(([name, id, files]) => {
    const file = files.filter(([from]) => parseLsn(from) <= parseLsn(lsn)).at(-1)?.[1];
    const top = name === "parted_1" ? "parted" : null;
    return file === undefined
      ? []
      : [
          {
            id: String(id),
            schema: name === "late" ? "s" : "public",
            name,
            kind: "r",
            persistence: "p",
            path: `base/${sampleDatabase}/${file}`,
            top_schema: top === null ? null : "public",
            top_name: top,
            estimate: 1,
          },
        ];
  });
  const query = (sql: string): Promise<object> => {
    if (sql.includes("pg_filepath") || sql.includes("from pg_class")) return Promise.resolve({ rows });
    if (sql.includes("from pg_database")) return Promise.resolve({ rows: [{ oid: String(sampleDatabase) }] });
    const name = /from only "(?:public|s)"\."(.*)"$/.exec(sql)?.[1]?.replaceAll('""', '"');
    const count = history.find(([of]) => of === name)?.[3];
    return Promise.resolve({ rows: count === undefined ? [] : [{ count: String(count) }] });
  };
  return { query } as unknown as Client;
}

describe("the moments of mistakes", function () {
  this.timeout(20_000);
  let fake: FakeWaldump;
  let directory: string;
  let visited: string[];
  before(() => {
    fake = new FakeWaldump(sampleOf(15));
    directory = mkdtempSync(join(tmpdir(), "moments-"));
  });
  after(() => {
    fake.remove();
    rmSync(directory, { recursive: true });
  });

  async function find(table?: TableName, more: { from?: string; rows?: number } = {}): Promise<MomentsFound> {
    visited = [];
    return findMoments(
      {
        database: "app",
        base: { lsnStop: "0/16C4000", walStart: "000000010000000000000001" },
        last: "000000010000000000000001",
        scratch: join(directory, "segments"),
        fetch: (_, file) => {
          writeFileSync(file, "");
          return Promise.resolve();
        },
        search: { from: new Date(more.from ?? 0), to: undefined, rows: more.rows ?? 20, table },
        visit: (lsn, look) => {
          const before = visited.at(-1);
          assert.ok(before === undefined || parseLsn(before) <= parseLsn(lsn), `${lsn} after ${before}`);
          visited.push(lsn);
          return look(serverAt(lsn));
        },
      },
      () => undefined,
    );
  }
  const told = ({ moments }: MomentsFound): string[] =>
    moments.flatMap(({ target, tables }) =>
      tables.map(
        ({ table, fate, rowsBefore, inserted, updated, deleted }) =>
          `${target} ${table} ${fate} ${rowsBefore ?? "?"} +${inserted} ~${updated} -${deleted}`,
      ),
    );

  it("are found among what loses nothing: rewrites of pages, indexes, and what was rolled back", async () => {
    const found = await find();
    assert.deepEqual(told(found), [
      "lsn:0/016C77E0 public.dropped dropped 30 +0 ~0 -0",
      "lsn:0/016CAF58 public.emptied truncated 20 +0 ~0 -0",
      'lsn:0/016CC130 public."Odd ""Name" changed ? +0 ~0 -60',
      "lsn:0/016CDBC8 public.parted_1 (part of public.parted) changed ? +0 ~20 -20",
      "lsn:0/016D9AE8 public.rewritten rewritten 25 +25 ~0 -0",
      "lsn:0/016DF908 public.rewritten rewritten 25 +7 ~0 -0",
      "lsn:0/016E7A40 public.kept changed ? +0 ~50 -0",
      "lsn:0/016ED428 s.late dropped 33 +0 ~0 -0",
    ]);
    assert.equal(found.passedOver, 0);
  });

  it("are looked at where nobody has locked the tables, and only where files went", async () => {
    await find();
    assert.deepEqual(visited.slice(0, 3), ["0/16C4000", "0/016C4210", "0/016C7818"]);
    assert.ok(!visited.includes("0/016CC130"));
  });

  it("of one table are those of it and of its parts", async () => {
    assert.deepEqual(told(await find({ name: "parted" })).length, 1);
    assert.deepEqual(told(await find({ schema: "s", name: "late" })), [
      "lsn:0/016ED428 s.late dropped 33 +0 ~0 -0",
    ]);
    assert.deepEqual(await find({ name: "nowhere" }).then(told), []);
  });

  it("begin where they are asked for, and count from as many rows as are", async () => {
    assert.deepEqual(told(await find(undefined, { from: "2026-11-27T05:20:24.300Z", rows: 51 })), [
      "lsn:0/016ED428 s.late dropped 33 +0 ~0 -0",
    ]);
  });
});
