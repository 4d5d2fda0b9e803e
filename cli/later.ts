import { createRequire } from "node:module";

const load = createRequire(__filename);

/**
 * Modules that know the engine and the program: they take seconds to load, and who asks a bucket alone does not wait for them. By `require`,
 * because that is what finds TypeScript in tests as well.
 */
export const later = {
  stackPlan: () => load("./stackPlan") as typeof import("./stackPlan"),
  askPlatform: () => load("../automation/askPlatform") as typeof import("../automation/askPlatform"),
};
