import { Failure } from "../../lib/failure";
import { isDayOfDump, meansDump } from "../../plan/dumpNames";
import type { ListedDump } from "./dumpStore";

/**
 * The dump that a person means: the very one, or of a day the newest that was read back.
 * @throws Failure when there is none, or a day has dumps of both layouts
 */
export function chooseDump(dumps: readonly ListedDump[], wanted: string): ListedDump {
  const usable = dumps.filter(({ layout, committed }) => committed || layout === "plain");
  const known = `there are: ${
    usable
      .slice(-5)
      .map(({ name }) => name)
      .join(", ") || "none"
  }`;
  if (!isDayOfDump(wanted)) {
    const found = dumps.find(({ name }) => name === wanted);
    if (found === undefined)
      throw new Failure(`the dump ${wanted} is not there`, `choose another one; ${known}`);
    return found;
  }
  const ofDay = usable.filter(({ name }) => meansDump(wanted, name));
  const newest = ofDay.at(-1);
  if (newest === undefined)
    throw new Failure(
      `there is no dump ${wanted} that was read back, nor a plain one`,
      `choose another one; ${known}`,
    );
  if (new Set(ofDay.map(({ layout }) => layout)).size > 1)
    throw new Failure(
      `${wanted} may mean ${ofDay.map(({ name }) => name).join(" or ")}`,
      "give the whole name of one of them",
    );
  return newest;
}
