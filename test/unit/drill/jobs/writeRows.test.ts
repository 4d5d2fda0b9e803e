import assert from "node:assert/strict";
import { parseAcknowledgement, type WriterRow } from "../../../../drill/acknowledgements";
import { type WriterConnection, writeRows } from "../../../../drill/jobs/writeRows";
import { Failure } from "../../../../lib/failure";

/** A table that several connections write to; `fault` may break a commit before or after it has happened. */
class FakeDatabase {
  readonly rows = new Map<number, string>();
  connections = 0;
  closed = 0;
  private commits = 0;

  constructor(private readonly fault: (commit: number) => "before" | "after" | undefined = () => undefined) {}

  connect(): Promise<WriterConnection> {
    this.connections += 1;
    return Promise.resolve({
      newest: () => Promise.resolve(this.newest()),
      commit: (row: WriterRow) => this.commit(row),
      close: () => {
        this.closed += 1;
        return Promise.resolve();
      },
    });
  }

  private newest(): WriterRow | undefined {
    const sequence = Math.max(0, ...this.rows.keys());
    const at = this.rows.get(sequence);
    return at === undefined ? undefined : { sequence, at };
  }

  private async commit({ sequence, at }: WriterRow): Promise<string> {
    this.commits += 1;
    const fault = this.fault(this.commits);
    if (fault === "before") throw new Error("terminating connection");
    if (!this.rows.has(sequence)) this.rows.set(sequence, at);
    if (fault === "after") throw new Error("connection reset");
    return Promise.resolve(this.rows.get(sequence) ?? "");
  }
}

/** Runs the writer until it has acknowledged `count` rows. */
async function write(database: FakeDatabase, count: number, everyMs = 1): Promise<WriterRow[]> {
  const stop = new AbortController();
  const printed: WriterRow[] = [];
  await writeRows({
    connect: () => database.connect(),
    everyMs,
    signal: stop.signal,
    log: () => undefined,
    print: (line) => {
      const row = parseAcknowledgement(line);
      assert.ok(row, line);
      printed.push(row);
      if (printed.length === count) stop.abort();
    },
  });
  return printed;
}

describe("writer", () => {
  it("acknowledges row after row, with the time that is in the row", async () => {
    const database = new FakeDatabase();
    const printed = await write(database, 5);
    assert.deepEqual(
      printed,
      [...database.rows].map(([sequence, at]) => ({ sequence, at })),
    );
    assert.deepEqual(
      printed.map(({ sequence }) => sequence),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual([database.connections, database.closed], [1, 1]);
  });

  it("keeps its pace", async () => {
    const start = Date.now();
    await write(new FakeDatabase(), 6, 20);
    const took = Date.now() - start;
    assert.ok(took >= 95 && took < 1000, `${took} ms`);
  });

  for (const when of ["before", "after"] as const)
    it(`neither skips nor repeats a number when the connection breaks ${when} the commit`, async () => {
      const database = new FakeDatabase((commit) => (commit === 3 ? when : undefined));
      const printed = await write(database, 5);
      assert.deepEqual(
        printed.map(({ sequence }) => sequence),
        [1, 2, 3, 4, 5],
      );
      assert.equal(database.rows.size, 5);
      for (const { sequence, at } of printed) assert.equal(at, database.rows.get(sequence));
      assert.deepEqual([database.connections, database.closed], [2, 2]);
    });

  it("goes on behind what an earlier run left, and acknowledges that first", async () => {
    const database = new FakeDatabase();
    database.rows.set(7, "2026-11-24T10:00:00.000Z");
    const printed = await write(database, 3);
    assert.deepEqual(
      printed.map(({ sequence }) => sequence),
      [7, 8, 9],
    );
    assert.equal(printed[0]?.at, "2026-11-24T10:00:00.000Z");
  });

  it("stops where trying again cannot help", async () => {
    const refused = writeRows({
      connect: () => Promise.reject(new Failure("no dataset", "seed it")),
      print: () => undefined,
      log: () => undefined,
    });
    await assert.rejects(refused, /no dataset; seed it/);
  });
});
