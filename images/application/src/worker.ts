import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ReplyParser, encodeCommand, type RedisReply } from "./redisProtocol";

/** Where the queue is. */
export interface QueueAddress {
  host: string;
  port: number;
  password?: string;
  /** Name of the list. @default "celery", Celery's own default queue */
  queue?: string;
}

/** Seconds that one request waits for a task; also how Redis' silence is told from an empty queue. */
const WAIT_SECONDS = 5;
const SILENCE_MS = 3 * WAIT_SECONDS * 1000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Takes tasks from the queue until `stop` is aborted; connects again whenever the connection is lost.
 * Logs each task's size, and the connection only when its state changes.
 * @param firstPauseMs pause before the second attempt, doubled after each further failure
 */
export async function work(
  address: QueueAddress,
  log: (line: string) => void,
  stop: AbortSignal,
  firstPauseMs = 500,
): Promise<void> {
  let pauseMs = firstPauseMs;
  let lastProblem = "";
  const stopped = (): boolean => stop.aborted;
  while (!stopped()) {
    try {
      await consume(address, stop, {
        connected: () => {
          log(`queue: connected to ${address.host}:${address.port}`);
          pauseMs = firstPauseMs;
          lastProblem = "";
        },
        task: (text) => {
          log(`task: ${Buffer.byteLength(text)} bytes`);
        },
      });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (stopped()) return;
      if (problem !== lastProblem) log(`queue: not connected to ${address.host}:${address.port}: ${problem}`);
      lastProblem = problem;
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

interface Listener {
  connected(): void;
  task(text: string): void;
}

/** One connection: logs in, then takes tasks. Ends with an error, as a connection does. */
async function consume(address: QueueAddress, stop: AbortSignal, listener: Listener): Promise<never> {
  const socket = connect({ host: address.host, port: address.port });
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error("no answer")));
  const giveUp = (): void => {
    socket.destroy();
  };
  stop.addEventListener("abort", giveUp);
  try {
    const ask = asker(socket);
    if (address.password) await ask(["AUTH", address.password]);
    await ask(["PING"]);
    listener.connected();
    for (;;) {
      const reply = await ask(["BRPOP", address.queue ?? "celery", String(WAIT_SECONDS)]);
      if (Array.isArray(reply) && typeof reply[1] === "string") listener.task(reply[1]);
    }
  } finally {
    stop.removeEventListener("abort", giveUp);
    socket.destroy();
  }
}

/** Sends a command and waits for its reply; an error reply or the end of the connection is thrown. */
function asker(socket: Socket): (words: readonly string[]) => Promise<RedisReply> {
  const parser = new ReplyParser();
  let waiting: { resolve: (reply: RedisReply) => void; reject: (error: Error) => void } | undefined;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    waiting?.reject(ended);
  };
  socket.on("error", end);
  socket.on("close", () => {
    end(new Error("the connection was closed"));
  });
  socket.on("data", (bytes) => {
    try {
      for (const reply of parser.push(bytes)) {
        if (reply instanceof Error) waiting?.reject(reply);
        else waiting?.resolve(reply);
      }
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  return (words) =>
    new Promise((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      waiting = { resolve, reject };
      socket.write(encodeCommand(words));
    });
}
