import type { OpType } from "@pulumi/pulumi/automation";

/** One resource that the update worked on. */
export interface TimelineRow {
  urn: string;
  type: string;
  name: string;
  op: OpType;
  /** ISO. */
  startedAt: string;
  /** ISO; undefined when the update ended before the resource did. */
  endedAt?: string | undefined;
  seconds?: number | undefined;
  parent?: string | undefined;
  /** A component: it lasts as long as its children. */
  component: boolean;
  failed: boolean;
  /** Others waited for it: see `criticalPath`. */
  critical: boolean;
}

/** What an update did, and when. */
export interface Timeline {
  /** By start; resources without a change are left out. */
  rows: TimelineRow[];
  /** Resources without a change. */
  unchanged: number;
  /** ISO, of the first and last event; undefined without events. */
  startedAt?: string | undefined;
  endedAt?: string | undefined;
  seconds?: number | undefined;
}
