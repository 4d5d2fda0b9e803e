import assert from "node:assert/strict";
import { ConfigError } from "../../../config/config";

/** What a configuration is refused for; nothing when it is taken. */
export function problemsOf(take: () => void): readonly string[] {
  try {
    take();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}
