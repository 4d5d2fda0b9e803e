import type { BucketFacts, Read } from "../../plan/status/facts";
import { read, unknown } from "../../plan/status/facts";
import { LineageStore } from "../lineage/lineageStore";
import { isOpened, type Lineage, type OpenedGeneration } from "../lineage/readLineage";
import { windowsOf } from "../lineage/window";
import type { ObjectStorage } from "../objectStorage";
import { attempt } from "./attempt";
import { lineageFacts } from "./lineageFacts";
import { type ArchiveRead, readArchive } from "./readArchive";
import { type BasesRead, readBases } from "./readBases";
import { readDumps } from "./readDumps";
import { readModels } from "./readModels";

/** What is asked of the bucket: reading and listing under the prefixes of the classes, which each role may. */
export type StatusStorage = Pick<
  ObjectStorage,
  "level" | "list" | "listVersions" | "readText" | "describe" | "storeTime"
>;

/** What of a status the bucket tells, without the kit. */
type Told = Omit<BucketFacts, "address">;

/**
 * Reads what the bucket alone tells, all classes at the same time. What cannot be had of one keeps nothing of the others back.
 * @param windowDays days of recovery to any second
 */
export async function readBucket(
  storage: StatusStorage,
  { windowDays }: { windowDays: number },
): Promise<Told> {
  const [database, dumps, models] = await Promise.all([
    readDatabase(storage, windowDays),
    attempt(() => readDumps(storage)),
    attempt(() => readModels(storage)),
  ]);
  const { storeTime } = storage;
  return {
    now:
      storeTime === undefined
        ? unknown(
            "the object store does not say what time it is",
            "let its answers carry the header Date, as S3's do",
          )
        : read(storeTime),
    ...database,
    dumps,
    models,
  };
}

async function readDatabase(
  storage: StatusStorage,
  windowDays: number,
): Promise<Pick<Told, "lineage" | "bases" | "archive" | "window">> {
  const lineage = await attempt(() => new LineageStore(storage, writesNothing).read());
  if (lineage.state !== "read") return { lineage, ...notAsked("the records of the lineage are not known") };
  const facts = lineageFacts(lineage.value);
  const generations = lineage.value.generations.filter(isOpened);
  const there = generations.filter(({ collected }) => collected === undefined);
  if (facts.head === undefined) return { lineage: read(facts), ...notAsked("no generation was ever opened") };
  const reading = attempt(() =>
    readBases(storage, lineage.value, there, { windowDays, now: () => storage.storeTime }),
  );
  const start = reading.then((found) => (found.state === "read" ? found.value.start : undefined));
  const [bases, archive] = await Promise.all([
    reading,
    attempt(() => readArchive(storage, there, { start })),
  ]);
  return {
    lineage: read(facts),
    bases: mapped(bases, (value) => value.facts),
    archive: mapped(archive, (value) => value.facts),
    window: windowOf(lineage.value, generations, bases, archive),
  };
}

const writesNothing: ConstructorParameters<typeof LineageStore>[1] = {
  writeText: () => Promise.reject(new Error("a status writes nothing")),
};

function notAsked(why: string): Pick<Told, "bases" | "archive" | "window"> {
  return {
    bases: { state: "not asked", why },
    archive: { state: "not asked", why },
    window: { state: "not asked", why },
  };
}

/** Generations that are removed, and those before the window, are on nobody's way. */
function windowOf(
  lineage: Lineage,
  generations: readonly OpenedGeneration[],
  bases: Read<BasesRead>,
  archive: Read<ArchiveRead>,
): Told["window"] {
  if (bases.state !== "read" || archive.state !== "read")
    return { state: "not asked", why: "it follows from base backups and archive, and they are not known" };
  const { bases: counted, start } = bases.value;
  const told = generations
    .filter(({ number, collected }) => collected === undefined && number >= (start?.generation ?? 0))
    .map(({ number }) => number);
  const windows = windowsOf(lineage, { bases: counted, wal: archive.value.wal }).filter(({ generation }) =>
    told.includes(generation),
  );
  return read({
    spans: windows.flatMap(({ generation, spans }) => spans.map((span) => ({ generation, ...span }))),
    broken: windows.flatMap(({ generation, broken }) =>
      broken === undefined ? [] : [{ generation, why: broken }],
    ),
  });
}

function mapped<T, U>(from: Read<T>, change: (value: T) => U): Read<U> {
  return from.state === "read" ? read(change(from.value)) : from;
}
