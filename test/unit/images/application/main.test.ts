import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const main = join(__dirname, "../../../../images/application/src/main.ts");

describe("the application's program", () => {
  let child: ChildProcess;
  let output: string;
  afterEach(() => child.kill("SIGKILL"));

  function start(args: string[], env: NodeJS.ProcessEnv): void {
    child = spawn(process.execPath, ["--require", "tsx/cjs", main, ...args], {
      env: { PATH: process.env["PATH"], ...env },
    });
    output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text: Buffer) => (output += text.toString()));
  }

  async function exitCode(): Promise<number | null> {
    const [code] = (await once(child, "close")) as [number | null];
    return code;
  }

  async function logged(pattern: RegExp): Promise<void> {
    while (!pattern.test(output)) await once(child.stdout ?? child, "data");
  }

  const wrong: { name: string; args: string[]; env: NodeJS.ProcessEnv; message: string }[] = [
    { name: "no role", args: [], env: {}, message: "application: usage: application.js dashboard|worker\n" },
    {
      name: "no address of the database",
      args: ["dashboard"],
      env: {},
      message: "application: environment variable DATABASE_URL is not set\n",
    },
    {
      name: "an address of the database that is not a URL, without showing it",
      args: ["dashboard"],
      env: { DATABASE_URL: "user:hidden@host" },
      message: "application: DATABASE_URL is not a URL such as postgresql://user@host/database\n",
    },
    {
      name: "no address of the queue",
      args: ["worker"],
      env: {},
      message: "application: environment variable REDIS_HOST is not set\n",
    },
  ];
  for (const { name, args, env, message } of wrong) {
    it(`refuses to run with ${name}`, async () => {
      start(args, env);
      assert.equal(await exitCode(), 1);
      assert.equal(output, message);
    });
  }

  it("serves without database and model, and ends in order on SIGTERM", async () => {
    start(["dashboard"], {
      DATABASE_URL: "postgresql://user:hidden@127.0.0.1:1/lstm_pfd",
      MODEL_PATH: "/nowhere/best_model.pth",
      PORT: "0",
    });
    await logged(/checkpoint \/nowhere\/best_model\.pth: does not exist/);
    child.kill("SIGTERM");
    assert.equal(await exitCode(), 0);
    assert.match(output, /dashboard: stopping\n$/);
    assert.doesNotMatch(output, /hidden/);
  });

  it("ends a worker that has no queue in order on SIGTERM", async () => {
    start(["worker"], { REDIS_HOST: "127.0.0.1", REDIS_PORT: "1", REDIS_PASSWORD: "hidden" });
    await logged(/queue: not connected to 127\.0\.0\.1:1/);
    child.kill("SIGTERM");
    assert.equal(await exitCode(), 0);
    assert.doesNotMatch(output, /hidden/);
  });
});
