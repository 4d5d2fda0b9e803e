import { setInterval } from "node:timers";
import type { EngineEvent, OpMap, OutputMap, Stack } from "@pulumi/pulumi/automation";
import { type Problem, updateProgress } from "./events";
import { unansweredText } from "./removalText";
import { lockedText } from "./stackLocks";
import { clusterGoesWith } from "./stackResources";

/** How an operation is watched and stopped. */
export interface Watching {
  /** Says what it is doing right now. */
  detail: (text: string) => void;
  signal: AbortSignal;
  /** Sees each event of the engine. */
  onEvent?: (event: EngineEvent) => void;
}

/** The engine ended an operation without success. The message holds one line for each cause. */
export class OperationError extends Error {
  constructor(
    private readonly operation: string,
    private readonly ofStack: string,
    readonly problems: readonly Problem[],
  ) {
    const lines = problems.map(({ resource, message }) =>
      resource === "" ? message : `${resource}: ${message}`,
    );
    super(`${operation} of stack ${ofStack} failed:\n${lines.map((line) => `  ${line}`).join("\n")}`);
    this.name = "OperationError";
  }

  /** The same error, in other words. */
  explained(explain: (problems: readonly Problem[]) => readonly Problem[]): OperationError {
    return new OperationError(this.operation, this.ofStack, explain(this.problems));
  }
}

/** What an update did. */
export interface Updated {
  outputs: OutputMap;
  changes: OpMap;
}

/**
 * Brings a stack to what its program says.
 * @throws OperationError; the reason of `signal` when that stopped it
 */
export async function up(stack: Stack, watching: Watching): Promise<Updated> {
  const { outputs, summary } = await watch("up", stack, watching, (options) => stack.up(options));
  return { outputs, changes: summary.resourceChanges ?? {} };
}

/** A policy pack, and the file with its settings. */
export interface Policies {
  pack: string;
  settings: string;
}

/**
 * Shows what an update would do, without doing it.
 * @param onOutput takes the engine's own text
 * @param policies what it is held to as well; @default nothing
 * @throws as {@link up}; OperationError for a violation of a mandatory policy
 */
export async function preview(
  stack: Stack,
  watching: Watching,
  onOutput: (text: string) => void,
  policies?: Policies,
): Promise<OpMap> {
  const { changeSummary } = await watch("preview", stack, watching, (options) =>
    stack.preview({
      ...options,
      onOutput,
      diff: false,
      color: process.stdout.isTTY ? "always" : "never",
      ...(policies === undefined
        ? {}
        : { policyPacks: [policies.pack], policyPackConfigs: [policies.settings] }),
    }),
  );
  return changeSummary;
}

/**
 * Compares a stack with reality, and takes that into its state.
 * @returns operation → number of resources; everything but "same" is drift
 * @throws as {@link up}
 */
export async function refresh(stack: Stack, watching: Watching): Promise<OpMap> {
  const { summary } = await watch("refresh", stack, watching, (options) => stack.refresh(options));
  return summary.resourceChanges ?? {};
}

/** By this variable the Kubernetes provider takes objects of a cluster that does not answer for lost, or refuses to. */
export const FORGET_UNREACHABLE = "PULUMI_K8S_DELETE_UNREACHABLE";

/**
 * Removes everything that a stack has made and may remove. Objects of a cluster that does not answer are only forgotten where the
 * cluster is gone, or goes with the stack.
 * @param clusterIsGone as a person says; @default false
 * @throws as {@link up}
 */
export async function destroy(stack: Stack, watching: Watching, clusterIsGone = false): Promise<void> {
  const attempt = (): Promise<unknown> =>
    watch("destroy", stack, watching, (options) => stack.destroy(options));
  const forget = clusterIsGone || (await clusterGoesWith(stack));
  const { workspace } = stack;
  workspace.envVars = { ...workspace.envVars, [FORGET_UNREACHABLE]: String(forget) };
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const says = (what: RegExp): boolean => error.problems.some(({ message }) => what.test(message));
    if (!forget && says(unreachable)) throw new Error(unansweredText(stack.name, error.message));
    // The provider gives up objects of a cluster that does not answer, but a Helm release only in a refresh.
    if (!forget || !says(lostRelease)) throw error;
    await refresh(stack, watching);
    await attempt();
  }
}

const unreachable = /cluster is unreachable|unreachable cluster/;
const lostRelease = /can't delete Helm Release with unreachable cluster/;

/** Number of resources that were changed. */
export function countChanges(changes: OpMap): number {
  return Object.entries(changes)
    .filter(([operation]) => operation !== "same" && operation !== "read")
    .reduce((sum, [, count]) => sum + count, 0);
}

interface OperationOptions {
  onEvent: (event: EngineEvent) => void;
  signal: AbortSignal;
  suppressProgress: boolean;
}

async function watch<T>(
  operation: string,
  stack: Stack,
  { detail, signal, onEvent }: Watching,
  run: (options: OperationOptions) => Promise<T>,
): Promise<T> {
  const progress = updateProgress();
  const timer = setInterval(() => {
    detail(progress.line());
  }, 500);
  try {
    return await run({
      signal,
      suppressProgress: true,
      onEvent: (event) => {
        progress.take(event);
        onEvent?.(event);
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    const problems = meaningful(progress.problems());
    const text = [String(error), ...problems.map(({ message }) => message)].join("\n");
    const locked = lockedText(text, stack.name, stack.workspace.workDir);
    if (locked !== undefined) throw new Error(locked);
    if (problems.length === 0) throw error;
    throw new OperationError(operation, stack.name, problems);
  } finally {
    clearInterval(timer);
  }
}

const pluginEnded =
  /^(Detected that \S+ exited prematurely|This is \*always\* a bug in the provider|To assist with debugging we have dumped|$)/;

/**
 * Leaves out what is no cause: that the update failed, and that a plugin has ended, which the engine also says of one that it
 * stopped itself because of the failure, and of one that takes more than half a second to answer at the end, on a busy machine.
 */
export function meaningful(problems: readonly Problem[]): Problem[] {
  const causes = problems.filter(({ message }) => !/^(update|preview|refresh|destroy) failed$/.test(message));
  const others = causes.filter(({ message }) => !pluginEnded.test(message));
  return others.length > 0 ? others : causes;
}
