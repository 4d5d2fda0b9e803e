import type { Progress } from "../../lib/progress";

/** Progress that nobody watches. */
export const silentProgress: Progress = {
  step: (_name, work) => work(() => undefined),
  plan: () => undefined,
};
