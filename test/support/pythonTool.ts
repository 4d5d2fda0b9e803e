import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureEntry, prune, touch } from "../../lib/cache";
import { Failure } from "../../lib/failure";
import { findCommand } from "../../lib/installedCommand";
import { withLock } from "../../lib/lock";
import { cacheDir, projectRoot } from "../../lib/paths";
import { CommandError, run } from "../../lib/process";
import type { Progress } from "../../lib/progress";
import type { Recipe } from "../../lib/recipe";
import { terminalProgress } from "../../lib/terminalProgress";

/** A program written in Python, in an environment of its own. */
export interface PythonTool {
  /** The environment's interpreter. */
  python: string;
  /**
   * A script of the environment. Run it as `run(tool.python, [tool.script("checkov"), …])`: it names the interpreter by the
   * path that it was installed under, where it is no more.
   */
  script: (name: string) => string;
}

/** Where the packages of each tool are listed, by name, version and hash. */
const requirementsDir = join(projectRoot, "test", "contract", "requirements");

/** Older ones are not what the lists of packages were made for. */
const OLDEST_MINOR = 10;

const INSTALL_LIMIT_MS = 9 * 60_000;

/** What is asked of the machine's interpreter. */
const question =
  "import importlib.util as u, sys, sysconfig as s; print(sys.version_info[1], s.get_platform(), sys.executable, *[m for m in ('venv', 'ensurepip') if u.find_spec(m) is None], sep='\\n')";

/**
 * A Python tool with exactly the packages of `test/contract/requirements/NAME.txt`, installed once into the cache; tools do not
 * share an environment, because they want other versions of the same packages. A list is made anew from NAME.in by
 * `uv pip compile --universal --python-version 3.10 --generate-hashes --no-header NAME.in -o NAME.txt`.
 * @param name of the list, without a hyphen
 * @param progress @default standard error
 * @throws Failure when Python is not there, too old or in parts, and when a package cannot be had
 */
export async function pythonTool(name: string, progress: Progress = terminalProgress()): Promise<PythonTool> {
  const requirements = join(requirementsDir, `${name}.txt`);
  const text = readFileSync(requirements, "utf8");
  const { python, minor, platform } = await machinePython();
  const recipe: Recipe = {
    name: `python-${name}`,
    version: `3.${minor}`,
    inputs: { platform, python, text },
  };
  const install = (): Promise<string> =>
    ensureEntry(recipe, (directory) =>
      progress.step(`Installing ${name} (Python), once`, (detail) =>
        installInto(directory, python, requirements, detail),
      ),
    );
  const lockDir = join(cacheDir(), "python-tools");
  const directory = await withLock(lockDir, `installs ${name}`, progress, install);
  await touch(recipe);
  await prune(recipe.name);
  return { python: join(directory, "bin", "python"), script: (script) => join(directory, "bin", script) };
}

async function installInto(
  directory: string,
  python: string,
  requirements: string,
  detail: (text: string) => void,
): Promise<void> {
  await run(python, ["-m", "venv", directory], { timeoutMs: INSTALL_LIMIT_MS });
  const pip = ["-m", "pip", "install", "--require-hashes", "--no-deps", "--disable-pip-version-check"];
  try {
    await run(join(directory, "bin", "python"), [...pip, "--no-input", "-r", requirements], {
      timeoutMs: INSTALL_LIMIT_MS,
      onLine: detail,
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Failure(
      `the packages in ${requirements} were not installed: ${error.message}`,
      "look whether pip reaches its index, then run this again",
    );
  }
}

/**
 * The interpreter that environments are made from.
 * @param path where to look for python3 @default that of this process
 * @throws Failure when there is none that can make them
 */
export async function machinePython(
  path?: string,
): Promise<{ python: string; minor: number; platform: string }> {
  const found = findCommand("python3", path);
  if (found === undefined)
    throw new Failure(
      "python3 is not installed, and the judges of the contract tests are written in it",
      `install Python 3.${OLDEST_MINOR} or newer with its module venv (Debian: apt-get install python3 python3-venv)`,
    );
  const { stdout } = await run(found, ["-c", question], { timeoutMs: 30_000 });
  const [minor = "", platform = "", python = "", ...missing] = stdout.trim().split("\n");
  if (missing.length > 0)
    throw new Failure(
      `${found} lacks ${missing.join(" and ")}, without which no environment of its own can be made`,
      "install it (Debian: apt-get install python3-venv), then run this again",
    );
  if (Number(minor) < OLDEST_MINOR || !existsSync(python))
    throw new Failure(
      `${found} is Python 3.${minor}, which is too old for the pinned judges`,
      `install Python 3.${OLDEST_MINOR} or newer`,
    );
  return { python, minor: Number(minor), platform };
}
