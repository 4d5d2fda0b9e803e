import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../lib/process";
import { reasonOf } from "../../lib/failure";
import { type ControlData, parseControlData } from "./controlData";
import { programEnvironment } from "./programEnvironment";

/** What is found where the database's files belong. */
export type DataDirectory =
  | { state: "valid"; control: ControlData }
  | { state: "empty" }
  /** Empty, and a restore or an initialisation was cut short beside it. */
  | { state: "incoming-left" }
  /** Neither empty nor a database. */
  | { state: "partial"; reason: string };

/** What a file system puts into a new volume. */
const NOT_DATA = ["lost+found"];

/** Looks at a data directory and at the directory where one is prepared. Changes nothing. */
export async function observeDataDirectory(directory: string, incoming: string): Promise<DataDirectory> {
  const names = existsSync(directory)
    ? readdirSync(directory).filter((name) => !NOT_DATA.includes(name))
    : [];
  if (names.length === 0) return { state: existsSync(incoming) ? "incoming-left" : "empty" };
  for (const file of ["PG_VERSION", "global/pg_control"])
    if (!isFilled(join(directory, file))) return { state: "partial", reason: `${file} is missing` };
  try {
    return { state: "valid", control: await readControlData(directory) };
  } catch (error) {
    return { state: "partial", reason: `global/pg_control cannot be read (${reasonOf(error)})` };
  }
}

/** @throws Error when the control file is missing or damaged */
export async function readControlData(directory: string): Promise<ControlData> {
  const { stdout, stderr } = await run("pg_controldata", ["-D", directory], {
    env: { ...programEnvironment(), LC_ALL: "C" },
    timeoutMs: 10_000,
  });
  if (/WARNING/.test(stdout + stderr)) throw new Error("its checksum does not fit");
  return parseControlData(stdout);
}

/** Reads a file of a data directory; undefined when it is not there. */
export function readIfThere(...path: string[]): string | undefined {
  try {
    return readFileSync(join(...path), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function isFilled(file: string): boolean {
  return existsSync(file) && statSync(file).size > 0;
}
