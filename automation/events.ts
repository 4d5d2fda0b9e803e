import { stripVTControlCharacters } from "node:util";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { clusterCause } from "./clusterCause";
import { formatElapsed } from "../lib/terminalProgress";

/** What an update is doing, from its events. */
export interface UpdateProgress {
  /** Takes the next event. */
  take(event: EngineEvent): void;
  /** One line for a person: how many resources are done, and what the oldest one in work waits for. */
  line(): string;
  /** What went wrong, by resource. */
  problems(): Problem[];
}

/** An error that the engine reported. */
export interface Problem {
  /** Name of the resource; empty for the program or the engine. */
  resource: string;
  message: string;
}

const WORKING = new Set([
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
  "read",
  "import",
]);

/** @param now the time in milliseconds @default the clock */
export function updateProgress(now: () => number = Date.now): UpdateProgress {
  const working = new Map<string, { since: number; status: string }>();
  const problems: Problem[] = [];
  let done = 0;
  return {
    take({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, policyEvent }) {
      if (
        resourcePreEvent !== undefined &&
        resourcePreEvent.planning !== true &&
        WORKING.has(resourcePreEvent.metadata.op) &&
        isReal(resourcePreEvent.metadata)
      )
        working.set(resourcePreEvent.metadata.urn, { since: now(), status: "" });
      const ended = resOutputsEvent ?? resOpFailedEvent;
      if (ended !== undefined && working.delete(ended.metadata.urn)) done += 1;
      if (policyEvent?.enforcementLevel === "mandatory")
        for (const found of violations(policyEvent.message))
          problems.push({
            resource: nameOf(policyEvent.resourceUrn ?? ""),
            message: `${policyEvent.policyName}: ${found}`,
          });
      if (diagnosticEvent === undefined) return;
      const { urn = "", severity, message } = diagnosticEvent;
      const entry = working.get(urn);
      if (entry !== undefined && severity.startsWith("info")) entry.status = plain(message);
      if (severity === "error")
        problems.push({ resource: nameOf(urn), message: clusterCause(plain(message)) });
    },
    line() {
      const longest = [...working].sort(([, a], [, b]) => a.since - b.since)[0];
      if (longest === undefined) return `${done} resources done`;
      const [urn, { since, status }] = longest;
      const others = working.size > 1 ? ` and ${working.size - 1} more` : "";
      const what = `${nameOf(urn)} (${formatElapsed(now() - since)})${others}`;
      return `${done} resources done, in work: ${what}${status === "" ? "" : `: ${status}`}`;
    },
    problems: () => problems,
  };
}

/** Components, and the stack itself, only last as long as what is in them. */
function isReal({ new: wanted, old }: StepEventMetadata): boolean {
  return (wanted ?? old)?.custom === true;
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

const ADVICE = "What to do: ";

/**
 * What a rule of the policy pack found in one resource, each with what to do. The rule's description stands before and what to
 * do after them.
 */
function violations(message: string): string[] {
  const lines = plain(message)
    .split("\n")
    .map((line) => line.trim());
  const found = lines.filter((line) => !line.startsWith(ADVICE));
  const advice = lines.filter((line) => line.startsWith(ADVICE));
  return found.slice(found.length > 1 ? 1 : 0).map((line) => [line, ...advice].join("; "));
}

/** Without colours and line ends. */
function plain(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/<\{%[^%]*%\}>/g, "")
    .trim();
}
