import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ScriptBench } from "./script";

describe("wal-get", () => {
  let bench: ScriptBench;
  beforeEach(async () => {
    bench = await ScriptBench.create();
    await bench.stub("sleep", 'echo "$1" >>"$BENCH/pauses"');
  });
  afterEach(() => bench.remove());

  /** pgBackRest that ends with these codes in turn, and with the last one from then on. */
  async function archiveEndsWith(...codes: number[]): Promise<void> {
    await bench.stub(
      "pgbackrest",
      `echo "$@" >>"$BENCH/calls"
set -- ${codes.join(" ")}
calls=$(wc -l <"$BENCH/calls")
[ "$calls" -lt $# ] && shift $((calls - 1)) || shift $(($# - 1))
exit "$1"`,
    );
  }

  async function lines(name: string): Promise<string[]> {
    return (await readFile(bench.path(name), "utf8").catch(() => "")).split("\n").slice(0, -1);
  }

  const get = (): ReturnType<ScriptBench["run"]> =>
    bench.run("wal-get", ["000000010000000000000002", "pg_wal/RECOVERYXLOG"]);

  it("asks pgBackRest for the file at the destination", async () => {
    await archiveEndsWith(0);
    assert.deepEqual(await get(), { status: 0, stdout: "", stderr: "" });
    assert.deepEqual(await lines("calls"), [
      "--stanza=main archive-get 000000010000000000000002 pg_wal/RECOVERYXLOG",
    ]);
  });

  it("passes on at once that the archive does not hold it", async () => {
    await archiveEndsWith(1);
    assert.equal((await get()).status, 1);
    assert.equal((await lines("calls")).length, 1);
  });

  for (const code of [2, 25, 49, 103, 125, 127, 137]) {
    it(`tries again after ${code}, with growing pauses, then stops recovery with 255`, async () => {
      await archiveEndsWith(code);
      const { status, stderr } = await get();
      assert.equal(status, 255);
      assert.deepEqual(await lines("pauses"), ["1", "4", "9", "16", "25"]);
      assert.equal((await lines("calls")).length, 6);
      assert.match(
        stderr,
        new RegExp(`000000010000000000000002: no answer .* 6 attempts .*exit code ${code}`),
      );
    });
  }

  it("gets it when the archive answers in time", async () => {
    await archiveEndsWith(103, 49, 0);
    assert.equal((await get()).status, 0);
    assert.deepEqual(await lines("pauses"), ["1", "4"]);
  });

  it("believes an absence that comes after an error", async () => {
    await archiveEndsWith(103, 1);
    assert.equal((await get()).status, 1);
  });
});
