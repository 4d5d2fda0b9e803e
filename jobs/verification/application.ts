import { sendRequest } from "../../lib/sendRequest";
import { type Target, tlsOptions } from "./target";

/** Real size of a signal: five seconds at 20,480 Hz. */
export const SIGNAL_SAMPLES = 102_400;

const TIMEOUT_MS = 20_000;

/** Two sines and a little noise from a fixed seed: the same signal each time. */
export function testSignal(samples = SIGNAL_SAMPLES): number[] {
  let seed = 1;
  return Array.from({ length: samples }, (_, index) => {
    seed = (seed * 48271) % 2147483647;
    const time = index / 20_480;
    const value =
      Math.sin(2 * Math.PI * 60 * time) +
      0.3 * Math.sin(2 * Math.PI * 1230 * time) +
      0.1 * (seed / 2147483647);
    return Math.round(value * 1e5) / 1e5;
  });
}

/** Value of a metric without labels in Prometheus' text format; undefined when it is not there. */
export function metricValue(text: string, name: string): number | undefined {
  const match = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, "m").exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** What `/predict` answered. */
export interface Prediction {
  /** Everything that does not depend on the time it took. */
  answer: string;
  /** Mark in the checkpoint in use, when the application tells. */
  nonce: string | undefined;
  modelSha256: string | undefined;
}

/**
 * Reads an answer of `/predict`.
 * @throws Error when it is not a JSON object
 */
export function parsePrediction(json: string): Prediction {
  const answer = JSON.parse(json) as Record<string, unknown> | null;
  if (answer === null || typeof answer !== "object")
    throw new Error("/predict did not answer with an object");
  const model = (answer["model"] ?? {}) as { sha256?: string; metadata?: { nonce?: string } };
  const timeless = JSON.stringify(answer, (key, value: unknown) =>
    /time|latency|_ms$/i.test(key) ? undefined : value,
  );
  return { answer: timeless, nonce: model.metadata?.nonce, modelSha256: model.sha256 };
}

/** @throws Error when `/health` does not answer 200; with the application's own reason */
export async function checkHealth(target: Target): Promise<void> {
  await fetchText(target, "/health");
}

/** @throws Error when no model is loaded */
export async function checkModelLoaded(target: Target): Promise<void> {
  const loaded = metricValue(await fetchText(target, "/metrics"), "lstm_pfd_model_loaded");
  if (loaded !== 1) throw new Error(`lstm_pfd_model_loaded is ${loaded ?? "missing"} instead of 1`);
}

/** @throws Error when the same signal gives two answers */
export async function checkPrediction(target: Target): Promise<Prediction> {
  const body = JSON.stringify({ signal: testSignal() });
  const ask = async (): Promise<Prediction> => parsePrediction(await fetchText(target, "/predict", body));
  const first = await ask();
  const second = await ask();
  if (first.answer !== second.answer) throw new Error("/predict gave two answers to the same signal");
  return first;
}

/** fetch cannot connect to another place than the one that the certificate is for. */
async function fetchText(target: Target, path: string, sent?: string): Promise<string> {
  const { tls, host, servername, connectTo, port, authority } = target;
  const options = {
    host: connectTo,
    port,
    path,
    method: sent === undefined ? "GET" : "POST",
    headers: { host, ...(sent === undefined ? {} : { "content-type": "application/json" }) },
    // A connection of its own each time: after an answer without a model the next one may come from another pod.
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(tls ? tlsOptions(servername, authority()) : {}),
  };
  const { status, body } = await sendRequest(tls, options, sent);
  if (status < 200 || status > 299)
    throw new Error(`${path} answered ${status}: ${body.slice(0, 300).trim()}`);
  return body;
}
