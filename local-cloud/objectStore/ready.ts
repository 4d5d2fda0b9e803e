import { get } from "node:https";
import { runInside, type Sandbox } from "../sandbox/sandbox";
import { waitForSuccess } from "../../lib/wait";
import { masterPort } from "./services";

/** Long enough for a start on a host with one busy processor. */
const READY_TIMEOUT_MS = 60_000;

const ANSWER_TIMEOUT_MS = 5_000;

/** How a store is reached for the check. */
export interface Probe {
  /** On the host's 127.0.0.1. */
  port: number;
  /** PEM that its certificate must be of. */
  authority: string;
}

/**
 * Waits until an object store answers under its own certificate, and its volumes take data.
 * @throws Error that names what it still waits for
 */
export async function untilReady(
  store: string,
  sandbox: Sandbox,
  probe: Probe,
  { signal, timeoutMs = READY_TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number },
): Promise<void> {
  await waitForSuccess(`the object store ${store} to take data`, { timeoutMs, everyMs: 100 }, async () => {
    signal.throwIfAborted();
    await answers(probe, signal);
    await hasVolumes(sandbox, signal);
  });
}

/** Whether an object store answers under its own certificate right now. */
export async function isAnswering(probe: Probe): Promise<boolean> {
  try {
    await answers(probe, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
    return true;
  } catch {
    return false;
  }
}

/** Anybody gets "access denied" there: the answer itself and its certificate are what counts. */
async function answers({ port, authority }: Probe, signal: AbortSignal): Promise<void> {
  const limits = { agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]) };
  const status = await new Promise<number>((resolve, reject) => {
    get({ host: "localhost", family: 4, port, ca: authority, ...limits }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on("error", reject);
  });
  if (status !== 403) throw new Error(`it answered ${status}`);
}

/** The gateway answers before the volumes are known, and refuses to store anything until they are. */
async function hasVolumes(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const request = "GET /dir/status HTTP/1.0\r\n\r\n";
  const { stdout } = await runInside(sandbox, "socat", ["-t5", "-", `TCP:127.0.0.1:${masterPort}`], {
    input: request,
    timeoutMs: ANSWER_TIMEOUT_MS,
    signal,
  });
  const body = stdout.slice(stdout.indexOf("\r\n\r\n"));
  const { Topology } = JSON.parse(body) as { Topology?: { Max?: number } };
  if (!Topology?.Max) throw new Error("its volumes are not there yet");
}
