import type { FitAnswer, KitAnswer, StateAnswer } from "./facts";
import { type Context, type Finding, npmRun, oneLine } from "./finding";

/** What is wrong with the recovery kit on this machine. */
export function judgeKit({ path, fault, otherwise }: KitAnswer, context: Context): Finding[] {
  if (fault !== undefined)
    return [
      {
        severity: "at risk",
        what:
          fault.kind === "passphrase"
            ? "the passphrase does not open the recovery kit"
            : `the recovery kit cannot be used: ${fault.kind}`,
        evidence: oneLine(`${path}: ${fault.reason}`),
        todo: fault.remedy,
        ...(fault.kind === "missing" ? { command: npmRun(context, "kit") } : {}),
        about: ["kit", `kit/${fault.kind}`],
      },
    ];
  if (otherwise.length === 0) return [];
  return [
    {
      severity: "at risk",
      what: "the recovery kit is older than the settings: a recovery from it would be another platform",
      evidence: oneLine(`${path} has otherwise: ${otherwise.join(", ")}`),
      todo: "write it anew, once up has put the settings into force",
      command: npmRun(context, "kit"),
      about: ["kit"],
      becauseOf: ["lock"],
    },
  ];
}

/** Whether the kit is of its vault, and the newest one there. */
export function judgeFit({ fault }: FitAnswer): Finding[] {
  if (fault === undefined) return [];
  return [
    {
      severity: "at risk",
      what: fault.kind === "old" ? "the vault has a newer recovery kit" : "kit and vault do not fit",
      evidence: oneLine(fault.reason),
      todo: fault.remedy,
      about: ["kit", "fit"],
      becauseOf: ["kit/passphrase", "kit/damaged", "kit/missing"],
    },
  ];
}

/** Whether the passphrase opens the state of the stack. */
export function judgeState({ fault }: StateAnswer, { stack }: Context): Finding[] {
  if (fault === undefined) return [];
  return [
    {
      severity: "at risk",
      what: `the passphrase does not open the state of stack ${stack}`,
      evidence: oneLine(fault),
      todo: "give the passphrase that the stack was made with, by PULUMI_CONFIG_PASSPHRASE_FILE",
      about: ["state"],
      becauseOf: ["kit/passphrase"],
    },
  ];
}
