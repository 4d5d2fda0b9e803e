import { isSecret } from "../config/settingsFile";
import type { StackPlan } from "./stackPlan";

/** Tells a person what is in force from earlier commands alone, and how to be rid of it; empty where nothing is. */
export function rememberedText({ platform, remembered }: Pick<StackPlan, "platform" | "remembered">): string {
  const keys = Object.entries(remembered);
  if (keys.length === 0) return "";
  const lines = keys.map(([key, value]) => `  ${key} = ${isSecret(key) ? "a secret" : value}\n`);
  return `stack ${platform.stack}: in force from earlier commands, and dropped by --forget KEY:\n${lines.join("")}`;
}
