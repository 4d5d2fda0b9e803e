import { connectDatabase } from "./database";
import { createDashboard } from "./dashboard";
import { ModelFile } from "./modelFile";
import { work } from "./worker";

/** Longest wait for open requests at the end. */
const DRAIN_MS = 10_000;

function log(line: string): void {
  console.log(line);
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is not set`);
  return value;
}

/** Aborted once the container is told to stop. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  return stop.signal;
}

async function dashboard(stop: AbortSignal): Promise<void> {
  const database = connectDatabase(required("DATABASE_URL"), log);
  const model = new ModelFile(required("MODEL_PATH"), log);
  const server = createDashboard({ database, model, log });
  const port = Number(process.env["PORT"] ?? 8050);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  log(`dashboard: listening on port ${port}`);
  await model.current();
  await aborted(stop);
  log("dashboard: stopping");
  const closed = new Promise((resolve) => server.close(resolve));
  setTimeout(() => {
    server.closeAllConnections();
  }, DRAIN_MS).unref();
  await closed;
  await database.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}

function worker(stop: AbortSignal): Promise<void> {
  const password = process.env["REDIS_PASSWORD"];
  const address = { host: required("REDIS_HOST"), port: Number(process.env["REDIS_PORT"] ?? 6379) };
  return work({ ...address, ...(password ? { password } : {}) }, log, stop);
}

async function main(role: string | undefined): Promise<void> {
  if (role === "dashboard") await dashboard(stopSignal());
  else if (role === "worker") await worker(stopSignal());
  else throw new Error("usage: application.js dashboard|worker");
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(`application: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
