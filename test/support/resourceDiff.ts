/** A resource as a golden dump has it. */
export interface Dumped {
  type: string;
  name: string;
  inputs: unknown;
  options?: unknown;
}

/**
 * What differs between two dumps of one stack, as lines: `+` made, `-` gone, `~` changed with each property that did. JSON in a
 * text, as policies are, is compared by its content.
 */
export function resourceDiff(before: readonly Dumped[], after: readonly Dumped[]): string[] {
  const [old, next] = [byUrn(before), byUrn(after)];
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((urn) => {
    const [was, is] = [old.get(urn), next.get(urn)];
    if (was === undefined) return [`+ ${urn}`];
    if (is === undefined) return [`- ${urn}`];
    const changes = propertyDiff("", rest(was), rest(is));
    return changes.length === 0 ? [] : [`~ ${urn}`, ...changes.map((change) => `    ${change}`)];
  });
}

function byUrn(resources: readonly Dumped[]): Map<string, Dumped> {
  return new Map(resources.map((resource) => [`${resource.type}::${resource.name}`, resource]));
}

function rest({ inputs, options }: Dumped): unknown {
  return { inputs, ...(options === undefined ? {} : { options }) };
}

function propertyDiff(path: string, before: unknown, after: unknown): string[] {
  const [was, is] = [opened(before), opened(after)];
  if (isObject(was) && isObject(is))
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((key) => {
      const at = Array.isArray(was) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
      return propertyDiff(at, was[key], is[key]);
    });
  const [shownBefore, shownAfter] = [shown(was), shown(is)];
  return shownBefore === shownAfter ? [] : [`${path}: ${shownBefore} → ${shownAfter}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function opened(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
