/** What the SDK throws when a rule reads a value that a preview does not know; its types do not declare it. */
export interface UnknownValue extends Error {
  /** Path of the value among the resource's properties. */
  props: string[];
}

/** Whether an error says that a value is not known yet. */
export function isUnknownValue(error: unknown): error is UnknownValue {
  return error instanceof Error && "unknownTypeSentinel" in error && "props" in error;
}
