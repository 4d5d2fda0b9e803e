import assert from "node:assert/strict";
import { recordRegistrations } from "./recordRegistrations";

/** A build that breaks a rule throws this message, and nothing but the component itself was registered by then. */
export async function refuses(build: () => unknown, message: string): Promise<void> {
  const { resources } = await recordRegistrations(() => {
    assert.throws(build, new Error(message));
  });
  assert.deepEqual(
    resources.filter(({ type }) => !type.startsWith("lstm-pfd:")),
    [],
  );
}
