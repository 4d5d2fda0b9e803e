import { spawn, type ChildProcess } from "node:child_process";
import { Agent, request as httpRequest } from "node:http";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { apiErrorOf, UnreachableError } from "./apiError";
import type { Json } from "./json";

/** One request to the API server. */
export interface ApiRequest {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With the query: `/api/v1/namespaces/x/pods?limit=1`. */
  path: string;
  body?: Json;
  /** @default application/json */
  contentType?: string;
  /** Gives the request up. Not for requests that change something: what they did would be unknown. */
  signal?: AbortSignal;
}

/** Milliseconds until an answer must be there. A delete or a create with slow webhooks takes up to 30 s. */
const ANSWER_MS = 45_000;

/** Milliseconds for a question that changes nothing. */
const READ_MS = 15_000;

/** Attempts of a request that changes nothing, and milliseconds between them. */
const READ_ATTEMPTS = 4;
const RETRY_MS = 750;

/** Ends kubectl when this process is gone: then the pipe is closed that `cat` reads from. */
const GUARD =
  'exec 3<&0; kubectl "$@" 3<&- </dev/null & child=$!; (cat <&3; kill $child) >/dev/null 2>&1 & exec 3<&-; wait $child';

/**
 * Talks to an API server through `kubectl proxy` on a socket that only this user can open: kubectl does the
 * kubeconfig, TLS and login of every kind. One kubectl serves all requests of the process.
 */
export class KubernetesApi {
  private readonly socket: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 32 });
  private proxy: Promise<ChildProcess> | undefined;

  /**
   * @param kubectlArgs options that choose the cluster
   * @param directory a private directory for the socket
   */
  constructor(
    private readonly kubectlArgs: readonly string[],
    directory: string,
  ) {
    this.socket = join(directory, "api.sock");
  }

  /**
   * Answers with the body as JSON.
   * @throws ApiError when the server refuses
   * @throws UnreachableError when it does not answer
   */
  async request(request: ApiRequest): Promise<Json> {
    const reads = (request.method ?? "GET") === "GET";
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(request, reads ? READ_MS : ANSWER_MS);
      } catch (error) {
        if (!reads || !(error instanceof UnreachableError) || attempt === READ_ATTEMPTS) throw error;
        await sleep(RETRY_MS, undefined, request.signal ? { signal: request.signal } : {});
      }
    }
  }

  /** Ends kubectl. */
  close(): void {
    this.agent.destroy();
    void this.proxy?.then((child) => child.stdin?.destroy()).catch(() => undefined);
    this.proxy = undefined;
  }

  private async attempt(request: ApiRequest, timeoutMs: number): Promise<Json> {
    const child = this.proxy ?? this.start();
    this.proxy = child;
    await child;
    const { code, type, text } = await this.send(request, timeoutMs);
    const body = type.includes("json") ? (JSON.parse(text) as Json) : undefined;
    if (code < 400 && body !== undefined) return body;
    const refusal = apiErrorOf(code, body);
    if (refusal) throw refusal;
    throw new UnreachableError(text.trim().split("\n")[0] ?? `HTTP status ${code}`);
  }

  private send(
    request: ApiRequest,
    timeoutMs: number,
  ): Promise<{ code: number; type: string; text: string }> {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          socketPath: this.socket,
          agent: this.agent,
          method: request.method ?? "GET",
          path: request.path,
          headers: {
            host: "localhost",
            accept: "application/json",
            ...(body === undefined
              ? {}
              : {
                  "content-type": request.contentType ?? "application/json",
                  "content-length": Buffer.byteLength(body),
                }),
          },
          ...(request.signal ? { signal: request.signal } : {}),
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part: string) => (text += part));
          response.on("end", () => {
            resolve({
              code: response.statusCode ?? 0,
              type: response.headers["content-type"] ?? "",
              text,
            });
          });
          response.on("error", reject);
        },
      );
      sent.setTimeout(timeoutMs, () => {
        sent.destroy(new UnreachableError(`no answer within ${timeoutMs / 1000} s`));
      });
      sent.on("error", (error: NodeJS.ErrnoException) => {
        const lost = error.code !== undefined && error.code !== "ABORT_ERR";
        reject(lost ? new UnreachableError(error.message) : error);
      });
      sent.end(body);
    });
  }

  private start(): Promise<ChildProcess> {
    rmSync(this.socket, { force: true });
    const args = [...this.kubectlArgs, "proxy", `--unix-socket=${this.socket}`];
    const child = spawn("/bin/sh", ["-c", GUARD, "kubectl", ...args], { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => undefined);
    return new Promise((resolve, reject) => {
      let errors = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-4000)));
      child.stdout.setEncoding("utf8").on("data", () => {
        resolve(child);
      });
      child.on("error", (error) => {
        reject(new UnreachableError(`kubectl cannot be run: ${error.message}`));
      });
      child.on("exit", () => {
        this.proxy = undefined;
        child.stdin.destroy();
        reject(new UnreachableError(errors.trim() || "kubectl proxy ended at once"));
      });
    });
  }
}
