import { existsSync } from "node:fs";
import { beginReplacement, doneBefore, type ReplacementPlace } from "./beginReplacement";
import { bringBack, type BringBackPlan } from "./bringBack";
import type { FormerDatabase } from "./keptDatabase";
import { removeJson } from "./jsonFile";
import { orForget } from "./replacement";
import { requestedTarget } from "./requestedTarget";

/** What a replacement in place depends on. */
export type ReplacePlan = ReplacementPlace &
  Omit<
    BringBackPlan,
    "dataDirectory" | "former" | "takeOver" | "permitInitialise" | "ignoreDumps" | "adoptTimeline"
  >;

/** What became of the database that was there. */
export interface Replaced {
  former: FormerDatabase;
}

/**
 * Restores beside the database that is there, which was stopped, and puts what came back into its place; the old one is kept for an
 * undo. Until the switch it is untouched. Killed at any step, the same call goes on.
 * @throws Failure whenever it is not certain what is right
 */
export async function replaceDatabase(
  plan: ReplacePlan,
  log: (line: string) => void,
): Promise<object & Partial<Replaced>> {
  const { volume } = plan;
  const done = doneBefore(plan);
  if (done !== undefined) return done;
  const { former } = await beginReplacement(plan, { wanted: requestedTarget(plan) }, log);
  const report = await orForget(volume, () =>
    bringBack(
      {
        ...plan,
        former,
        dataDirectory: { state: existsSync(volume.incoming) ? "incoming-left" : "empty" },
        takeOver: undefined,
        permitInitialise: false,
        ignoreDumps: false,
        adoptTimeline: undefined,
      },
      log,
    ),
  );
  await removeJson(volume.replacement);
  return { ...report, former };
}
