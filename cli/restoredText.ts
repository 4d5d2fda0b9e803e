import type { OutputMap } from "@pulumi/pulumi/automation";
import { withKubectl } from "../automation/withKubectl";
import { formatDuration } from "../lib/format";
import { reasonOf } from "../lib/failure";
import { jobNames } from "../plan/names";

/** What a restore says of indexes that it has rebuilt. Anything may be missing. */
interface Rebuilt {
  databases?: string[];
  because?: string;
  seconds?: number;
}

/** What the restore of the database says of itself, as far as it is told at the end of `up`. Anything may be missing. */
export interface DatabaseResult {
  action?: string;
  generation?: number;
  label?: string;
  /** Newer base backups that could not be fetched. */
  passedOver?: { label?: string; object?: string }[];
  /** Indexes that were rebuilt, because text is sorted differently in this image. */
  rebuilt?: Rebuilt;
  /** Why nobody can tell whether it is. */
  collationsUnknown?: string;
  newestSegmentAt?: string;
  dataAgeSeconds?: number;
  heartbeatAt?: string;
}

/** What became of the database, for the end of `up`: nothing where it was kept. */
export function describeResult(result: DatabaseResult | undefined): string {
  switch (result?.action) {
    case "kept":
      return "";
    case "initialised":
      return `database: begun empty, as generation ${result.generation ?? "unknown"}\n`;
    case "restored": {
      const { generation, label, newestSegmentAt, dataAgeSeconds, heartbeatAt } = result;
      const age =
        newestSegmentAt === undefined || dataAgeSeconds === undefined
          ? "how old the data is is not known"
          : `its newest segment was archived at ${newestSegmentAt}, ${formatDuration(dataAgeSeconds)} before the restore began; what was committed after that is lost`;
      return `${passedOverText(result.passedOver)}database: restored from ${label ?? "an unknown base backup"}, now generation ${generation ?? "unknown"}; ${age}; newest heartbeat ${heartbeatAt ?? "unknown"}\n${sortingText(result)}`;
    }
    default:
      return "database: what was restored is not known; see the log of the Job restore-database\n";
  }
}

/** What is to be told first: the newest backup is no good. Empty where it was. */
export function passedOverText(passedOver: DatabaseResult["passedOver"] = []): string {
  return passedOver
    .map(
      ({ label, object }) =>
        `warning: base backup ${label ?? "unknown"} is damaged (object ${object ?? "unknown"}), and the one before it was taken: bring back a former version of that object, or take a full backup now (npm run backup -- database)\n`,
    )
    .join("");
}

/** What is to be told of the order of text: nothing where it is known to be the same. */
export function sortingText({
  rebuilt,
  collationsUnknown,
}: Pick<DatabaseResult, "rebuilt" | "collationsUnknown">): string {
  const { databases = [], because = "their reason is not known", seconds } = rebuilt ?? {};
  const done =
    rebuilt === undefined
      ? ""
      : `indexes: all of database ${databases.join(", ")} were rebuilt in ${seconds === undefined ? "an unknown time" : formatDuration(seconds)}, because text is sorted differently in this image (${because})\n`;
  return collationsUnknown === undefined
    ? done
    : `${done}warning: whether text is sorted differently in this image is not known: ${collationsUnknown}\n`;
}

/** Asks the cluster what the restore of the database did. */
export async function restoredText(outputs: OutputMap, signal: AbortSignal): Promise<string> {
  try {
    return await withKubectl(outputs, signal, async (kubectl) =>
      describeResult((await kubectl.result(`job/${jobNames.restoreDatabase}`)) as DatabaseResult | undefined),
    );
  } catch (error) {
    signal.throwIfAborted();
    return `database: what was restored is not known: ${reasonOf(error)}\n`;
  }
}
