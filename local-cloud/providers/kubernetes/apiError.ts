import { at, listAt, textAt, type Json } from "./json";

/** What the API server refused. */
export class ApiError extends Error {
  constructor(
    /** HTTP status. */
    readonly code: number,
    /** One word, as in `NotFound`, `AlreadyExists`, `Invalid`, `Conflict`. */
    readonly reason: string,
    message: string,
    /** What the message says, for programs. */
    readonly details?: Json,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The cluster did not answer at all. */
export class UnreachableError extends Error {
  constructor(reason: string) {
    super(`the Kubernetes cluster cannot be reached: ${reason}`);
    this.name = "UnreachableError";
  }
}

/** The error that an answer of the API server stands for; undefined when the server was not reached. */
export function apiErrorOf(code: number, body: Json | undefined): ApiError | undefined {
  if (textAt(body, "kind") !== "Status") return undefined;
  return new ApiError(code, textAt(body, "reason"), textAt(body, "message"), at(body, "details"));
}

/** Whether an error says that the object, its kind or its namespace is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Managers of fields that stand against a server-side apply. */
export function conflictingManagers(error: ApiError): string[] {
  return listAt(error.details, "causes").flatMap((cause) => {
    const manager = /conflict with "([^"]+)"/.exec(textAt(cause, "message"))?.[1];
    return manager === undefined ? [] : [manager];
  });
}

/** Whether the same request may succeed a little later: what it needs is still being made. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  // A webhook's server starts after its configuration.
  const webhook = error.code === 500 && /failed calling webhook/.test(error.message);
  return webhook || error.code === 404 || error.code === 429 || error.code === 503;
}
