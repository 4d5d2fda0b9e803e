import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { ScriptBench } from "./script";

const now = (): number => Math.floor(Date.now() / 1000);

describe("pgbackrest-push", () => {
  let bench: ScriptBench;
  beforeEach(async () => {
    bench = await ScriptBench.create();
    await bench.stub("pgbackrest", 'echo "$@" >>"$BENCH/calls"; exit "${PUSH_STATUS:-0}"');
    await writeFile(bench.path("lineage"), "life=a\ngeneration=12\nstate=opened\n");
    await writeFile(bench.path("fence"), `state=clear\nchecked=${now()}\nby=\n`);
  });
  afterEach(() => bench.remove());

  const push = (env: NodeJS.ProcessEnv = {}): ReturnType<ScriptBench["run"]> =>
    bench.run("pgbackrest-push", ["pg_wal/000000010000000000000002"], {
      VOLUME_LIFE: bench.path("lineage"),
      FENCE: bench.path("fence"),
      ...env,
    });
  const calls = async (): Promise<string> => readFile(bench.path("calls"), "utf8").catch(() => "");

  it("pushes into the path of the generation that the volume names", async () => {
    assert.deepEqual(await push(), { status: 0, stdout: "", stderr: "" });
    assert.equal(
      await calls(),
      "--stanza=main --repo1-path=/wal/generation-0012/repository archive-push pg_wal/000000010000000000000002\n",
    );
  });

  it("passes on what pgBackRest ends with", async () => {
    assert.equal((await push({ PUSH_STATUS: "45" })).status, 45);
  });

  const held: [what: string, fence: () => string, reason: RegExp][] = [
    [
      "another site takes over",
      () => `state=held\nchecked=${now()}\nby=site B has claimed\n`,
      /held: site B/,
    ],
    [
      "another site has taken over",
      () => `state=superseded\nchecked=${now()}\nby=site B\n`,
      /superseded: site B/,
    ],
    ["the claim was withdrawn", () => `state=withdrawn\nchecked=${now()}\nby=site C\n`, /withdrawn: site C/],
    ["the watcher is silent", () => `state=clear\nchecked=${now() - 100}\nby=\n`, /last seen 1\d\d s ago/],
    ["the clock jumps back", () => `state=clear\nchecked=${now() + 100}\nby=\n`, /last seen -\d+ s ago/],
    ["nothing was seen yet", () => "", /has not looked yet/],
  ];
  for (const [what, fence, reason] of held)
    it(`archives nothing when ${what}, and leaves PostgreSQL's archiver alive`, async () => {
      await writeFile(bench.path("fence"), fence());
      const { status, stderr } = await push();
      assert.equal(status, 1);
      assert.match(stderr, reason);
      assert.equal(await calls(), "");
    });

  for (const life of ["", "life=a\nstate=opened\n", "life=a\ngeneration=x\nstate=opened\n"])
    it(`archives nothing for a volume that says ${JSON.stringify(life)}`, async () => {
      await writeFile(bench.path("lineage"), life);
      const { status, stderr } = await push();
      assert.equal(status, 1);
      assert.match(stderr, /does not name the generation/);
      assert.equal(await calls(), "");
    });

  it("needs no watcher where nobody is served yet", async () => {
    assert.equal((await push({ FENCE: "none" })).status, 0);
  });
});
