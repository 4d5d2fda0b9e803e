import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { walTable } from "../../../../jobs/lineage/walTable";
import { ScriptBench } from "./script";

/** Generation 2 left the first one in segment FF, generation 4 the second one. */
const stretch = { archiveId: "15-1", position: undefined };
const table = walTable({
  generation: 4,
  timeline: 4,
  stretches: [
    { ...stretch, timeline: 1, generation: 1, from: 0, end: 255 },
    { ...stretch, timeline: 2, generation: 2, from: 255, end: 257 },
    { ...stretch, timeline: 4, generation: 4, from: 257, end: undefined },
  ],
});

describe("wal-get", () => {
  let bench: ScriptBench;
  beforeEach(async () => {
    bench = await ScriptBench.create();
    await bench.stub("sleep", 'echo "$1" >>"$BENCH/pauses"');
    await mkdir(bench.path("histories"));
    await writeFile(bench.path("table"), table);
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

  const get = (
    file = "000000010000000000000002",
    env: NodeJS.ProcessEnv = {},
  ): ReturnType<ScriptBench["run"]> =>
    bench.run("wal-get", [file, bench.path("destination")], {
      WAL_TABLE: bench.path("table"),
      WAL_HISTORIES: bench.path("histories"),
      ...env,
    });

  it("asks pgBackRest for the file at the destination, in the path that the table names", async () => {
    await archiveEndsWith(0);
    assert.deepEqual(await get("00000001000000000000000B"), { status: 0, stdout: "", stderr: "" });
    assert.deepEqual(await lines("calls"), [
      `--stanza=main --repo1-path=/wal/generation-0001/repository archive-get 00000001000000000000000B ${bench.path("destination")}`,
    ]);
  });

  const places: [file: string, path: string | undefined, options?: string][] = [
    ["000000010000000000000000", "0001", " --no-archive-async"],
    ["0000000100000000000000FE", "0001"],
    // The next timeline begins in it: its copy should have been found.
    ["0000000100000000000000FF", undefined],
    ["000000010000000100000000", undefined],
    ["0000000200000000000000FE", undefined],
    // The first of a timeline is not fetched ahead.
    ["0000000200000000000000FF", "0002", " --no-archive-async"],
    ["000000020000000100000000", "0002"],
    ["000000020000000100000001", undefined],
    ["000000040000000100000001", "0004", " --no-archive-async"],
    ["00000004000000FF00000001", "0004"],
    // A dead branch.
    ["000000030000000100000001", undefined],
  ];
  for (const [file, path, options = ""] of places)
    it(
      path === undefined
        ? `stops recovery at ${file}: no stretch of the lineage has it`
        : `finds ${file} in generation ${path}`,
      async () => {
        await archiveEndsWith(0);
        const { status, stderr } = await get(file);
        assert.equal(status, path === undefined ? 255 : 0);
        const calls = await lines("calls");
        if (path === undefined) {
          assert.match(stderr, new RegExp(`wal-get: ${file}: .*; recovery stops`));
          assert.deepEqual(calls, []);
        } else
          assert.ok(
            calls[0]?.startsWith(
              `--stanza=main --repo1-path=/wal/generation-${path}/repository${options} archive-get`,
            ),
            calls[0],
          );
      },
    );

  it("takes an absent segment for the end on the last stretch alone", async () => {
    await archiveEndsWith(1);
    assert.equal((await get("000000040000000100000002")).status, 1);
    const { status, stderr } = await get("000000020000000100000000");
    assert.equal(status, 255);
    assert.match(stderr, /is missing in .*generation-0002.*, and the lineage goes on after it/);
  });

  it("gives out the histories that are known, and no others", async () => {
    await archiveEndsWith(0);
    await writeFile(bench.path("histories/00000002.history"), "1\t0/FF000100\tno recovery target\n");
    assert.equal((await get("00000002.history")).status, 0);
    assert.match(await readFile(bench.path("destination"), "utf8"), /^1\t0/);
    assert.equal((await get("00000005.history")).status, 1);
    for (const file of ["000000010000000000000003.partial", "000000010000000000000003.00000028.backup"])
      assert.equal((await get(file)).status, 1);
    assert.deepEqual(await lines("calls"), []);
  });

  const limits: [file: string, last: string, asked: boolean][] = [
    ["0000000100000000000000AF", "0000000100000000000000AF", true],
    ["000000010000000000000100", "0000000100000000000000FF", false],
    ["0000000200000000000000FF", "000000010000000000000100", true],
    ["000000020000000000000003", "000000010000000000000002", false],
    ["00000001000000000000000A", "000000010000000000000009", false],
  ];
  for (const [file, last, asked] of limits)
    it(`${asked ? "asks for" : "does not hand out"} ${file} where replay ends with ${last}`, async () => {
      await archiveEndsWith(0);
      const { status, stderr } = await get(file, { LAST_SEGMENT: last });
      assert.deepEqual({ status, stderr }, { status: asked ? 0 : 1, stderr: "" });
      assert.equal((await lines("calls")).length, asked ? 1 : 0);
    });

  it("passes on at once that the archive does not hold it", async () => {
    await archiveEndsWith(1);
    assert.equal((await get("000000040000000100000002")).status, 1);
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
    assert.equal((await get("000000040000000100000002")).status, 1);
  });
});
