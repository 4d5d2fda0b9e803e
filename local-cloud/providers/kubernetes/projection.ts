import { isSame } from "../framework/differences";
import type { Properties, PropertyValue } from "../framework/provider";
import { isObject } from "./json";

/**
 * The inputs that would give the live object, seen through the inputs that it was made from: what those do not
 * mention belongs to others. What has not changed since the last write keeps the program's own spelling (the API
 * server writes `1000m` as `1`), so that only real drift is one.
 * @param written the object as the server returned it after the last write
 */
export function projectLive(inputs: Properties, written: Properties, live: Properties): Properties {
  const projected: Properties = {};
  for (const [name, input] of Object.entries(inputs)) {
    const value = project(input, written[name], live[name]);
    if (value !== undefined) projected[name] = value;
  }
  return projected;
}

function project(
  input: PropertyValue,
  written: PropertyValue | undefined,
  live: PropertyValue | undefined,
): PropertyValue | undefined {
  if (live === undefined) return written === undefined ? input : undefined;
  if (written !== undefined && isSame(written, live)) return input;
  if (isObject(input) && isObject(live)) return projectLive(input, isObject(written) ? written : {}, live);
  if (Array.isArray(input) && Array.isArray(live)) {
    const before = Array.isArray(written) ? written : [];
    return live.map((item, index) => {
      const asked = input[index];
      return asked === undefined ? item : (project(asked, before[index], item) ?? item);
    });
  }
  return isSame(input, live) ? input : live;
}
