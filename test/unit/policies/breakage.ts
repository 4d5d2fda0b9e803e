import type { LifecycleRule } from "../../../plan/lifecycle";
import { shown } from "../../../policies/shared/shown";
import { titleOf } from "../../../policies/shared/validation";
import type { Sample } from "./examine";

/** One thing that is broken in what the program registers, and what the pack says then. */
export interface Breakage {
  what: string;
  change: (samples: readonly Sample[]) => Sample[];
  /** Rule that finds it. */
  rule: string;
  /** What the message calls the resource. */
  resource: string;
  /** The broken value, as the message shows it. */
  value: string;
}

/** A value by its path in the arguments of one resource, set to another one; undefined takes it out. */
export function setTo(
  sample: Sample,
  path: string,
  to: unknown,
): Pick<Breakage, "what" | "change" | "resource"> {
  return {
    what: `${titleOf(sample)}: ${path} ${shown(to)}`,
    change: exchange(sample, { ...sample, props: withValue(sample.props, path.split("."), to) as object }),
    resource: titleOf(sample),
  };
}

/** A resource that is not there. */
export function removed(sample: Sample): Pick<Breakage, "what" | "change"> {
  return {
    what: `no ${titleOf(sample)}`,
    change: (samples) => samples.filter((each) => each !== sample),
  };
}

/** A resource without the option protect. */
export function unprotected(sample: Sample): Breakage {
  return {
    what: `${titleOf(sample)}: protect false`,
    change: exchange(sample, { ...sample, protect: false }),
    rule: "stateful-protected",
    resource: titleOf(sample),
    value: "protect is false",
  };
}

/** Rules of a lifecycle configuration. */
export function rulesOf(sample: Sample): LifecycleRule[] {
  return (sample.props as { rules: LifecycleRule[] }).rules;
}

function exchange(sample: Sample, other: Sample): Breakage["change"] {
  return (samples) => samples.map((each) => (each === sample ? other : each));
}

function withValue(value: unknown, [key = "", ...rest]: readonly string[], to: unknown): unknown {
  const inner = (value as Record<string, unknown> | undefined)?.[key];
  const changed = rest.length === 0 ? to : withValue(inner, rest, to);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    copy.splice(Number(key), 1, ...(changed === undefined ? [] : [changed]));
    return copy;
  }
  const others = Object.entries(value ?? {}).filter(([name]) => name !== key);
  return Object.fromEntries([...others, ...(changed === undefined ? [] : [[key, changed]])]) as object;
}
