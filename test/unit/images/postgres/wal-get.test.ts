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

  const limits: [file: string, last: string, asked: boolean][] = [
    ["0000000100000000000000FF", "0000000100000000000000FF", true],
    ["000000010000000100000000", "0000000100000000000000FF", false],
    ["0000000200000000000000FF", "000000010000000000000100", true],
    ["000000020000000000000003", "000000010000000000000002", false],
    ["00000001000000000000000A", "000000010000000000000009", false],
    ["00000002.history", "000000010000000000000002", true],
    ["000000010000000000000003.partial", "000000010000000000000002", true],
  ];
  for (const [file, last, asked] of limits)
    it(`${asked ? "asks for" : "does not hand out"} ${file} where replay ends with ${last}`, async () => {
      await archiveEndsWith(0);
      const { status, stderr } = await bench.run("wal-get", [file, "x"], { LAST_SEGMENT: last });
      assert.deepEqual({ status, stderr }, { status: asked ? 0 : 1, stderr: "" });
      assert.equal((await lines("calls")).length, asked ? 1 : 0);
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
