import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ScriptBench } from "./script";

describe("set-role-password", () => {
  let bench: ScriptBench;
  beforeEach(async () => {
    bench = await ScriptBench.create();
    await bench.stub("psql", 'echo "$*" >"$BENCH/words"; cat >"$BENCH/statements"');
  });
  afterEach(() => bench.remove());

  it("has the password in no argument and in no statement that the server may log", async () => {
    const { status } = await bench.run("set-role-password", [], {
      DB_USER: "lstm_pfd",
      DB_PASSWORD: "it's hidden",
    });
    assert.equal(status, 0);
    assert.doesNotMatch(await readFile(bench.path("words"), "utf8"), /hidden/);
    const statements = (await readFile(bench.path("statements"), "utf8")).trim().split("\n");
    assert.doesNotMatch(statements.join(), /hidden/);
    const [alter] = statements.slice(-1);
    assert.equal(alter, `alter role :"role" password :'password';`);
    for (const setting of ["log_statement = 'none'", "log_min_error_statement = 'panic'"])
      assert.ok(
        statements.slice(0, -1).some((line) => line === `set ${setting};`),
        setting,
      );
  });

  for (const missing of ["DB_USER", "DB_PASSWORD"])
    it(`does nothing without ${missing}`, async () => {
      const given = { DB_USER: "lstm_pfd", DB_PASSWORD: "hidden", [missing]: "" };
      const { status, stderr } = await bench.run("set-role-password", [], given);
      assert.notEqual(status, 0);
      assert.match(stderr, new RegExp(missing));
    });
});
