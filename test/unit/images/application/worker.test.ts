import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { work } from "../../../../images/application/src/worker";

/** Answers by command name; what is not listed gets no answer. */
type Answers = Record<string, string | undefined>;

describe("the worker", () => {
  let server: Server;
  let sockets: Socket[];
  let stop: AbortController;
  beforeEach(() => {
    sockets = [];
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    server.close();
    for (const socket of sockets) socket.destroy();
  });

  async function listen(answers: Answers): Promise<number> {
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        const command = bytes.toString().split("\r\n")[2] ?? "";
        const answer = answers[command];
        if (answer !== undefined) socket.write(answer);
        if (command === "BRPOP") answers["BRPOP"] = undefined;
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** Starts the worker; gives a function that waits until it has logged a line. */
  function start(port: number, password?: string): (pattern: RegExp) => Promise<string[]> {
    const lines: string[] = [];
    let seen = (): void => undefined;
    const log = (line: string): void => {
      lines.push(line);
      seen();
    };
    void work({ host: "127.0.0.1", port, ...(password ? { password } : {}) }, log, stop.signal, 5);
    return async (pattern) => {
      while (!lines.some((line) => pattern.test(line)))
        await new Promise<void>((resolve) => (seen = resolve));
      return lines;
    };
  }

  const task = "*2\r\n$6\r\ncelery\r\n$5\r\nhello\r\n";

  it("logs in, takes a task and logs its size", async () => {
    const port = await listen({ AUTH: "+OK\r\n", PING: "+PONG\r\n", BRPOP: task });
    const lines = await start(port, "hidden-password")(/^task/);
    assert.deepEqual(lines, [`queue: connected to 127.0.0.1:${port}`, "task: 5 bytes"]);
  });

  it("says why it is not let in, once, and without the password", async () => {
    const port = await listen({ AUTH: "-WRONGPASS invalid\r\n" });
    const logged = start(port, "hidden-password");
    const lines = await logged(/WRONGPASS invalid/);
    while (sockets.length < 3) await once(server, "connection");
    assert.equal(lines.length, 1);
    assert.ok(!lines.join().includes("hidden-password"));
  });

  it("connects again when the connection is lost", async () => {
    const answers: Answers = { PING: "+PONG\r\n" };
    const port = await listen(answers);
    const logged = start(port);
    await logged(/connected to/);
    sockets[0]?.destroy();
    await logged(/not connected to/);
    answers["BRPOP"] = task;
    assert.deepEqual((await logged(/^task/)).at(-1), "task: 5 bytes");
  });

  it("ends at once when it is told to", async () => {
    const port = await listen({ PING: "+PONG\r\n" });
    const working = work(
      { host: "127.0.0.1", port },
      () => {
        stop.abort();
      },
      stop.signal,
    );
    await working;
  });
});
