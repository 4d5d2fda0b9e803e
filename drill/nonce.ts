import { randomBytes } from "node:crypto";

/** A new mark for one drill: 16 hexadecimal digits. */
export function newNonce(): string {
  return randomBytes(8).toString("hex");
}

/**
 * Nonces become part of row names, object names and SQL: only what is safe in all of them may be one.
 * @throws Error when it is not 8 to 32 lower-case letters and digits
 */
export function checkNonce(nonce: string): string {
  if (!/^[a-z0-9]{8,32}$/.test(nonce))
    throw new Error(`nonce "${nonce}": must be 8 to 32 lower-case letters and digits`);
  return nonce;
}

/** Name of the row in `experiments` that a drill plants before its backup. */
export function nonceRowName(nonce: string): string {
  return `drill-nonce-${checkNonce(nonce)}`;
}

/** Start of the names of all rows in `experiments` that the writer of a drill commits. */
export function writerRowPrefix(nonce: string): string {
  return `drill-${checkNonce(nonce)}-`;
}

/** Name of one row of the writer; sorts by its sequence. */
export function writerRowName(nonce: string, sequence: number): string {
  return `${writerRowPrefix(nonce)}${String(sequence).padStart(9, "0")}`;
}
