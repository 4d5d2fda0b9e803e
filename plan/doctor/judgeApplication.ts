import type { ApplicationAnswer } from "./facts";
import { type Context, type Finding, npmRun, oneLine } from "./finding";
import { knownMessage } from "./knownMessages";

/** What is wrong with the application, as it says itself. @param log last lines of the dashboard */
export function judgeApplication(
  { unhealthy, modelLoaded }: ApplicationAnswer,
  log: string,
  context: Context,
): Finding[] {
  const model: Finding[] =
    modelLoaded !== false
      ? []
      : [
          {
            severity: "down",
            what: "the application has not loaded the model",
            evidence: oneLine(
              lineOf(log, /model|checkpoint|\.pth/i) ?? unhealthy ?? "lstm_pfd_model_loaded is 0",
            ),
            todo: "see whether best_model.pth is there and whole; a snapshot that is whole takes its place",
            command: npmRun(context, "restore", "models --plan"),
            about: ["model"],
            becauseOf: ["held", "volumes", "claims", "failed/restore-models"],
          },
        ];
  if (unhealthy === undefined) return model;
  const found = knownMessage(unhealthy);
  return [
    ...model,
    {
      severity: "down",
      what: `the application says that it is not healthy${found === undefined ? "" : `: ${found.message.means}`}`,
      evidence: oneLine(`/health: ${unhealthy}`),
      todo: found?.message.todo ?? "look at its log",
      command:
        found?.message.command?.(context) ??
        `kubectl -n ${context.namespace} logs deployment/lstm-pfd-dashboard --tail=50`,
      about: ["health"],
      becauseOf: [
        "model",
        "component/postgresql",
        "component/redis",
        "component/dashboard",
        "held",
        "workload/lstm-pfd-postgresql",
        ...(found?.message.becauseOf ?? []),
      ],
    },
  ];
}

function lineOf(log: string, pattern: RegExp): string | undefined {
  return log
    .split("\n")
    .filter((line) => pattern.test(line))
    .at(-1);
}
