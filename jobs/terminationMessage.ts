import { accessSync, constants, writeFileSync } from "node:fs";

/** Kubernetes cuts a message after 4096 bytes. */
const LIMIT_BYTES = 4000;

/** `text` cut to what a termination message holds, at a whole character. */
export function fitTerminationMessage(text: string, limitBytes = LIMIT_BYTES): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const cut = Buffer.from(text)
    .subarray(0, limitBytes - 3)
    .toString();
  return `${cut.replace(/\uFFFD+$/, "")}…`;
}

/**
 * Leaves `text` where the pod's status shows it. Does nothing outside of a pod.
 * @param file @default `$TERMINATION_LOG`, or /dev/termination-log
 */
export function writeTerminationMessage(
  text: string,
  file = process.env["TERMINATION_LOG"] ?? "/dev/termination-log",
): void {
  try {
    accessSync(file, constants.W_OK);
  } catch {
    return;
  }
  writeFileSync(file, fitTerminationMessage(text));
}
