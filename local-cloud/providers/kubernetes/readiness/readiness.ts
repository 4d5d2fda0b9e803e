import type { Json } from "../json";

/** How far an object is. */
export type Readiness =
  | { state: "ready" }
  /** With what it waits for, in a few words. */
  | { state: "waiting"; reason: string }
  /** It will not become ready by itself. */
  | { state: "failed"; reason: string };

/** Reads further objects of the same namespace that tell about the one that is waited for. */
export interface Surroundings {
  /** Milliseconds since the object was written; infinite when it is only read. */
  waitedMs: number;
  /** Objects that a label selector such as `app=web` chooses. */
  list(kind: "Pod" | "EndpointSlice", selector: string): Promise<Json[]>;
  /** An object, or undefined when it is not there. */
  get(kind: "StorageClass", name: string): Promise<Json | undefined>;
}

/** Tells how far a live object is. */
export type ReadinessCheck = (live: Json, surroundings: Surroundings) => Promise<Readiness> | Readiness;

/** The state of what is done. */
export const READY: Readiness = { state: "ready" };

/** The state of what waits for something. */
export function waitingFor(reason: string): Readiness {
  return { state: "waiting", reason };
}
