import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { checkAssertions, judge, readAssertions } from "../../../../jobs/rehearsal/assertions";
import { dumpLoadedAt } from "../../../../jobs/rehearsal/dump";
import { checkForeignKeys, type ForeignKey, sampleOf } from "../../../../jobs/rehearsal/foreignKeys";
import { checkIndexes } from "../../../../jobs/rehearsal/indexes";
import { problemOf } from "../../../../jobs/rehearsal/rehearse";
import { NotRehearsed } from "../../../../jobs/rehearsal/steps";
import type { RestoreReport } from "../../../../jobs/database/restoreDatabase";

const silent = (): undefined => undefined;

/** A client whose answers stand in a table: the first expression that fits. */
function clientOf(answers: readonly [RegExp, object[] | Error][]): Client {
  return {
    query: (statement: string | { text: string }) => {
      const text = typeof statement === "string" ? statement : statement.text;
      const found = answers.find(([expression]) => expression.test(text))?.[1] ?? [];
      return found instanceof Error ? Promise.reject(found) : Promise.resolve({ rows: found });
    },
    end: () => Promise.resolve(),
  } as unknown as Client;
}

const sqlError = (message: string): Error => Object.assign(new Error(message), { code: "XX002" });

describe("indexes of a copy", () => {
  const server = (answers: [RegExp, object[] | Error][]) => ({
    connect: () =>
      Promise.resolve(
        clientOf([
          ...answers,
          [/pg_available_extensions/, [{ there: true }]],
          [/from pg_extension/, [{ schema: "public" }]],
          [/from pg_database/, [{ name: "lstm_pfd" }, { name: "postgres" }]],
          [/from pg_index/, [{ oid: "1", name: "public.users_pkey" }]],
          [/method.amname <> 'btree'/, [{ count: "2" }]],
        ]),
      ),
    heapAllIndexed: false,
  });

  it("are checked in all databases, and those that cannot be are counted", async () => {
    assert.deepEqual(await checkIndexes(server([]), silent), {
      ...{ databases: 2, indexes: 2, otherIndexesNotChecked: 4, heapAllIndexed: false },
    });
  });

  it("are named where they are damaged", async () => {
    await assert.rejects(
      checkIndexes(server([[/bt_index_check/, sqlError("item order invariant violated")]]), silent),
      /2 of 2 indexes are damaged .*public\.users_pkey of lstm_pfd: item order invariant violated; public\.users_pkey of postgres/,
    );
  });

  it("are not rehearsed where the image cannot check them", async () => {
    await assert.rejects(
      checkIndexes(server([[/pg_available_extensions/, [{ there: false }]]]), silent),
      NotRehearsed,
    );
  });

  it("are not damaged where amcheck is not what is expected: that is another failure", async () => {
    const noFunction = Object.assign(new Error("function does not exist"), { code: "42883" });
    await assert.rejects(checkIndexes(server([[/bt_index_check/, noFunction]]), silent), /cannot be checked/);
  });

  it("are not damaged where the connection breaks: that is another failure", async () => {
    await assert.rejects(
      checkIndexes(server([[/bt_index_check/, new Error("Connection terminated")]]), silent),
      /the index public\.users_pkey cannot be checked: Connection terminated/,
    );
  });
});

describe("assertions", () => {
  for (const [what, rows, problem] of [
    ["no row holds", [], undefined],
    ["true holds", [[true]], undefined],
    ["false does not", [[false]], "is false"],
    ["a row does not", [[7]], "gives 1 row, and must give none, or true"],
    [
      "a row of two does not, although true is in it",
      [[true, 1]],
      "gives 1 row, and must give none, or true",
    ],
    ["two rows do not", [[true], [true]], "gives 2 rows, and must give none, or true"],
    ["null does not", [[null]], "gives 1 row, and must give none, or true"],
  ] as const)
    it(what, () => {
      assert.equal(judge({ rows: rows.map((row) => [...row]) }), problem);
    });

  it("are the entries NAME.sql of the ConfigMap, and nothing else", async () => {
    const directory = mkdtempSync(join(tmpdir(), "assertions-"));
    try {
      writeFileSync(join(directory, "b.sql"), "select true");
      writeFileSync(join(directory, "a.sql"), "select 1 where false");
      writeFileSync(join(directory, "notes.txt"), "x");
      assert.deepEqual(await readAssertions(directory, "mine"), [
        { name: "a", sql: "select 1 where false" },
        { name: "b", sql: "select true" },
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("that are wanted and not there are a failure, and none that are wanted are not rehearsed", async () => {
    await assert.rejects(readAssertions("/nowhere", "mine"), /the ConfigMap mine is not there/);
    await assert.rejects(readAssertions("/nowhere", ""), NotRehearsed);
  });

  it("that do not hold, or cannot be run, are named, without a row of theirs", async () => {
    const client = clientOf([
      [/from broken/, Object.assign(new Error('relation "broken" does not exist'), { code: "42P01" })],
      [/from secrets/, [["of a customer"]]],
    ]);
    await assert.rejects(
      checkAssertions(client, [
        { name: "good", sql: "select from nothing" },
        { name: "orphans", sql: "select * from secrets" },
        { name: "typo", sql: "select * from broken" },
      ]),
      (error: Error) =>
        /2 of 3 assertions do not hold .*: orphans gives 1 row, .*; typo cannot be run: relation "broken"/.test(
          error.message,
        ) && !error.message.includes("customer"),
    );
  });
});

describe("foreign keys of a sample", () => {
  const key: ForeignKey = {
    name: "of_user",
    table: "public.experiments",
    columns: ["user_id", '"Site"'],
    referenced: "public.users",
    referencedColumns: ["id", "site"],
    estimatedRows: -1,
  };

  it("looks at the first rows of a small table, and at blocks that are drawn of a large one", () => {
    assert.match(
      sampleOf(key),
      /from public\.experiments where user_id is not null and "Site" is not null limit 1000/,
    );
    assert.match(
      sampleOf(key),
      /from public\.users as other where other\.id = sampled\.value_0 and other\.site = sampled\.value_1/,
    );
    assert.match(
      sampleOf({ ...key, estimatedRows: 1e6 }),
      /from public\.experiments tablesample system \(0\.500000\) where/,
    );
  });

  it("names the keys with rows that refer to nothing", async () => {
    const answers = (lost: number): [RegExp, object[]][] => [
      [/from pg_constraint/, [key]],
      [/as looked_at/, [{ looked_at: 1000, lost }]],
    ];
    assert.deepEqual(await checkForeignKeys(clientOf(answers(0))), { foreignKeys: 1, rows: 1000 });
    await assert.rejects(
      checkForeignKeys(clientOf(answers(3))),
      /of_user of public\.experiments: 3 of 1000 rows refer to nothing in public\.users/,
    );
    await assert.rejects(checkForeignKeys(clientOf([])), NotRehearsed);
  });
});

describe("the turn of the dump", () => {
  const now = new Date("2026-11-27T04:25:00Z");
  const at = (endedAt: string, state: "passed" | "failed" | "not rehearsed") => ({
    endedAt,
    steps: [{ step: "dump" as const, state, seconds: 1, facts: {} }],
  });

  for (const [what, evidence, expected] of [
    ["comes where it was never loaded", [], undefined],
    ["comes every seventh night", [at("2026-11-20T04:31:00Z", "passed")], undefined],
    [
      "has not come in the sixth",
      [at("2026-11-21T04:31:00Z", "passed"), at("2026-11-22T04:31:00Z", "not rehearsed")],
      "2026-11-21T04:31:00Z",
    ],
    ["comes again at once where it has failed", [at("2026-11-26T04:31:00Z", "failed")], undefined],
    ["is not put off by a time that has not come", [at("2027-11-26T04:31:00Z", "passed")], undefined],
  ] as const)
    it(what, () => {
      assert.equal(dumpLoadedAt(evidence, now), expected);
    });
});

describe("what is wrong with backups although something came back", () => {
  const report = { dataAgeSeconds: 60, newestSegmentAt: "2026-11-27T04:19:00Z" } as unknown as RestoreReport;

  it("is nothing where the newest base backup came back, and the archive goes on", () => {
    assert.equal(problemOf(report, 14_400), undefined);
  });

  it("is the object for which an older base backup was taken", () => {
    const passedOver = [
      {
        label: "20261127-023000F",
        generation: 2,
        object: "s3://backups/wal/x/bundle/1",
        reason: "is missing",
      },
    ];
    assert.match(
      problemOf({ ...report, passedOver }, 14_400) ?? "",
      /^base backup 20261127-023000F is damaged, and an older one was taken: object s3:\/\/backups\/wal\/x\/bundle\/1 \(is missing\); bring back/,
    );
  });

  it("is an archive that stands still, or whose age nobody knows", () => {
    assert.match(
      problemOf({ ...report, dataAgeSeconds: 3 * 86_400 }, 14_400) ?? "",
      /3 d ago, .*archiving has stopped/,
    );
    const unknown = { newestSegmentAt: report.newestSegmentAt } as RestoreReport;
    assert.match(problemOf(unknown, 14_400) ?? "", /nobody can tell/);
  });
});
