import { isOpened, type Lineage } from "./readLineage";
import type { Claim, Opened, Withdrawn } from "./records";

/** What a life may still do. */
export type Fence =
  /** Everything. */
  | { state: "clear" }
  /** Serve, but archive nothing: somebody has claimed a later generation. */
  | { state: "held"; by: Claim }
  /** Nothing: somebody has opened a later generation. */
  | { state: "superseded"; by: Claim; opened: Opened }
  /** Nothing: somebody has withdrawn its claim before it was opened. */
  | { state: "withdrawn"; by: Withdrawn };

/** What the lineage says of one life. A withdrawn claim fences nobody. */
export function fenceOf({ generations }: Lineage, own: { generation: number; life: string }): Fence {
  const mine = generations.find(({ number }) => number === own.generation);
  if (mine?.outcome?.state === "withdrawn") return { state: "withdrawn", by: mine.outcome };
  const later = generations.filter(({ number }) => number > own.generation);
  const opened = later.find(isOpened);
  if (opened !== undefined) return { state: "superseded", by: opened.claim, opened: opened.outcome };
  const claimed = later.find(({ outcome }) => outcome === undefined);
  return claimed === undefined ? { state: "clear" } : { state: "held", by: claimed.claim };
}
