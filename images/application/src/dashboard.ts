import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Database } from "./database";
import { Counter, Histogram, gauge } from "./metrics";
import { predict } from "./model";
import type { ModelFile } from "./modelFile";
import { RequestError, parseSignal, readBody } from "./requestBody";

/** What the dashboard stands on. */
export interface DashboardParts {
  database: Pick<Database, "ping" | "experiments">;
  model: Pick<ModelFile, "current">;
  log: (line: string) => void;
}

interface Answer {
  status: number;
  /** Sent as JSON, unless it is text. */
  body: unknown;
}

type Endpoint = (request: IncomingMessage) => Promise<Answer>;

/** The dashboard's HTTP server, not listening yet. */
export function createDashboard(parts: DashboardParts): Server {
  const requests = new Counter("lstm_pfd_requests_total", "Requests answered.");
  const latency = new Histogram("lstm_pfd_request_latency_seconds", "Time to answer a request.");
  const inferences = new Counter("lstm_pfd_inferences_total", "Signals classified.");
  const inference = new Histogram("lstm_pfd_inference_seconds", "Time to classify one signal.");

  const health: Endpoint = async () => {
    const [database, model] = await Promise.all([databaseProblem(parts.database), parts.model.current()]);
    const problems = [database, "problem" in model ? model.problem : undefined].filter(
      (text) => text !== undefined,
    );
    return problems.length === 0
      ? { status: 200, body: { status: "ok" } }
      : { status: 503, body: { status: "unavailable", reason: problems.join("; ") } };
  };

  const metrics: Endpoint = async () => {
    const model = await parts.model.current();
    const size = "checkpoint" in model ? model.checkpoint.sizeBytes : 0;
    const gauges = [
      gauge("lstm_pfd_model_loaded", "1 when a valid checkpoint is loaded.", size > 0 ? 1 : 0),
      gauge("lstm_pfd_model_size_bytes", "Size of the loaded checkpoint.", size),
    ];
    const body = [...gauges, requests.text(), latency.text(), inferences.text(), inference.text()].join("");
    return { status: 200, body };
  };

  const classify: Endpoint = async (request) => {
    const signal = parseSignal(await readBody(request));
    const model = await parts.model.current();
    if ("problem" in model) throw new RequestError(503, model.problem);
    const { header, sha256, sizeBytes } = model.checkpoint;
    const start = performance.now();
    const prediction = predict(model.checkpoint, signal);
    inference.observe((performance.now() - start) / 1000);
    inferences.add({ fault: prediction.fault });
    const { architecture, metadata } = header;
    return { status: 200, body: { ...prediction, model: { architecture, sha256, sizeBytes, metadata } } };
  };

  const experiments: Endpoint = async () => {
    try {
      return { status: 200, body: await parts.database.experiments() };
    } catch (error) {
      throw new RequestError(503, `database: ${reasonOf(error)}`);
    }
  };

  const endpoints: Record<string, Endpoint | undefined> = {
    "GET /health": health,
    "GET /metrics": metrics,
    "GET /experiments": experiments,
    "POST /predict": classify,
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const start = performance.now();
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const known = Object.keys(endpoints).some((key) => key.endsWith(` ${path}`));
    const endpoint = endpoints[`${request.method ?? ""} ${path}`];
    const answer = endpoint
      ? await endpoint(request).catch((error: unknown) => failure(error, parts.log))
      : { status: known ? 405 : 404, body: { error: known ? "method not allowed" : "no such path" } };
    send(response, answer);
    requests.add({ path: known ? path : "other", status: String(answer.status) });
    latency.observe((performance.now() - start) / 1000);
  };

  return createServer((request, response) => void serve(request, response));
}

async function databaseProblem(database: Pick<Database, "ping">): Promise<string | undefined> {
  try {
    await database.ping();
    return undefined;
  } catch (error) {
    return `database: ${reasonOf(error)}`;
  }
}

function failure(error: unknown, log: (line: string) => void): Answer {
  if (error instanceof RequestError) return { status: error.status, body: { error: error.message } };
  log(`request failed: ${reasonOf(error)}`);
  return { status: 500, body: { error: "internal error" } };
}

/** An attempt on several addresses fails with one error for each and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}

function send(response: ServerResponse, answer: Answer): void {
  const [type, text] =
    typeof answer.body === "string"
      ? ["text/plain; version=0.0.4", answer.body]
      : ["application/json", `${JSON.stringify(answer.body)}\n`];
  response.writeHead(answer.status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
