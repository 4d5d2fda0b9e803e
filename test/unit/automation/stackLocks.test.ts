import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { LifeOfProcess } from "../../../automation/lifeOfProcess";
import { up } from "../../../automation/operation";
import { lockedText, removeDeadLocks, stackLocks } from "../../../automation/stackLocks";

const since = "2026-11-26T06:00:00Z";
const lock = { pid: 4711, username: "root", hostname: "here", timestamp: since };

describe("locks of a stack", () => {
  let backend = "";
  beforeEach(() => (backend = mkdtempSync(join(tmpdir(), "locks-"))));
  afterEach(() => {
    rmSync(backend, { recursive: true });
  });

  /** A lock where the engine puts it. @see https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/lock.go */
  function locked(content: object | string, stack = "local"): string {
    const file = join(backend, ".pulumi", "locks", "organization", "lstm-pfd", stack, "0e1f.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  }

  function removed(life: LifeOfProcess, url = `file://${backend}`): string[] {
    return removeDeadLocks(url, "local", { name: "here", life: () => life });
  }

  it("go when their process on this host is dead, and that is said", () => {
    const file = locked(lock);
    const others = locked(lock, "local-vault");
    assert.deepEqual(removed("dead"), [
      `stack local: took away the lock that process 4711 of this host (root, since ${since}) left when it died; this run goes on from there`,
    ]);
    assert.equal(existsSync(file), false);
    assert.equal(existsSync(others), true);
    assert.deepEqual(removed("dead"), []);
  });

  for (const [why, content, life, query] of [
    ["the process lives", lock, "alive", ""],
    ["nothing is known of the process", lock, "unknown", ""],
    ["it is another host's", { ...lock, hostname: "there" }, "dead", ""],
    ["it is torn", '{"pid": 47', "dead", ""],
    ["it names no process", { ...lock, pid: 0 }, "dead", ""],
    ["it names no time", { ...lock, timestamp: "now" }, "dead", ""],
  ] as const)
    it(`stay when ${why}`, () => {
      const file = locked(content);
      assert.deepEqual(removed(life, `file://${backend}${query}`), []);
      assert.equal(existsSync(file), true);
    });

  it("are only looked at by who asks what holds them", () => {
    const file = locked(lock);
    const looked = (life: LifeOfProcess, url = `file://${backend}`, name = "here") =>
      stackLocks(url, "local", { name, life: () => life });
    assert.deepEqual(looked("dead"), [{ ...lock, life: "dead" }]);
    assert.deepEqual(looked("alive"), [{ ...lock, life: "alive" }]);
    assert.deepEqual(looked("dead", `file://${backend}`, "there"), [{ ...lock, life: "elsewhere" }]);
    assert.equal(looked("dead", "s3://state"), undefined);
    assert.deepEqual(stackLocks(`file://${backend}`, "other"), []);
    assert.equal(existsSync(file), true);
  });

  it("are looked for in directories alone", () => {
    const file = locked(lock);
    for (const url of ["s3://state", "https://api.pulumi.com", "file://./state", ""])
      assert.deepEqual(removed("dead", url), []);
    assert.equal(existsSync(file), true);
    assert.equal(removed("dead", `file://${backend}?no_tmp_dir=true`).length, 1);
  });

  it("of others are one sentence with the command that helps, however often the engine says it", () => {
    const said = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n  file:///state/.pulumi/locks/0e1f.json: created by root@there (pid 4711) at ${since}`;
    assert.equal(
      lockedText(`${said}\n${said}`, "local", "/var/lib/the stacks/local"),
      `stack local is locked by root@there, process 4711, since ${since}: nothing was touched. Wait until that run has ended, then run this again; if it has certainly ended without giving the stack free, run: eval "$(npm run --silent env)" && pulumi -C '/var/lib/the stacks/local' cancel --yes local`,
    );
    assert.match(
      lockedText("[409] Conflict: Another update is currently in progress.", "prod", "/stacks") ?? "",
      /^stack prod is locked by another run: .* cancel --yes prod$/,
    );
    assert.equal(lockedText("error: anything else", "local", "/stacks"), undefined);
  });

  it("of others stop an operation with that sentence alone", async () => {
    const said = `the stack is currently locked by 1 lock(s).\n  0e1f.json: created by root@there (pid 4711) at ${since}`;
    const stack = {
      name: "local",
      workspace: { workDir: "/stacks/local" },
      up: ({ onEvent }: { onEvent: (event: object) => void }) => {
        onEvent({ diagnosticEvent: { urn: "", severity: "error", message: said } });
        return Promise.reject(new Error(`code: 255\n stdout: \n stderr: error: ${said}\n${said}`));
      },
    } as unknown as Stack;
    const watching = { detail: () => undefined, signal: new AbortController().signal };
    await assert.rejects(up(stack, watching), {
      message: lockedText(said, "local", "/stacks/local"),
    });
  });
});
