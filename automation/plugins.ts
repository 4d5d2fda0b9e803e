import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "../lib/process";
import { preparePolicyAnalyzer } from "@lstm-pfd/local-cloud/policy-analyzer";
import { cacheDir } from "../lib/paths";
import { preparePlugins } from "@lstm-pfd/local-cloud/plugins";
import { ensureEntry } from "@lstm-pfd/local-cloud/toolchain/cache";
import { findCommand } from "@lstm-pfd/local-cloud/toolchain/installed";
import { sha256 } from "@lstm-pfd/local-cloud/toolchain/recipe";

/** Providers of the program that there is an embedded stand-in for. */
const providers = ["kubernetes", "aws", "random"] as const;
type ProviderName = (typeof providers)[number];

/** Where plugins come from in this run, and how the engine finds them. */
export interface Plugins {
  /** Directories for the front of PATH. */
  path: readonly string[];
  /** Provider → who made it. */
  sources: Record<ProviderName, "upstream" | "embedded">;
  versions: Record<ProviderName, string>;
  /** The program is run by the upstream language host; otherwise inline, by the command itself. */
  languageHost: string | undefined;
}

/**
 * Finds the plugins: upstream ones that are installed win, then those in archives, then the embedded ones.
 * @param archives directory with `pulumi-*.tar.gz` and their SHA256SUMS; @default `$LSTM_PFD_PLUGINS`, or none
 * @throws Error when an archive does not match its checksum
 */
export async function findPlugins(archives = process.env["LSTM_PFD_PLUGINS"]): Promise<Plugins> {
  const unpacked = archives === undefined || archives === "" ? undefined : await unpack(archives);
  const upstream = new Set(
    providers.filter((name) => isInstalled(name) || has(unpacked, `resource-${name}`)),
  );
  const embedded = providers.filter((name) => !upstream.has(name));
  const host =
    installedCommand("pulumi-language-nodejs") ??
    (has(unpacked, "language-nodejs") ? join(unpacked ?? "", "pulumi-language-nodejs") : undefined);
  return {
    path: [
      await preparePlugins([...embedded, "embedded"]),
      await preparePolicyAnalyzer(),
      ...(unpacked === undefined ? [] : [unpacked]),
    ],
    sources: byProvider((name) => (upstream.has(name) ? "upstream" : "embedded")),
    versions: byProvider(sdkVersion),
    languageHost: host,
  };
}

function byProvider<T>(of: (name: ProviderName) => T): Record<ProviderName, T> {
  return Object.fromEntries(providers.map((name) => [name, of(name)])) as Record<ProviderName, T>;
}

/** Version of the SDK that the program uses: the engine asks for the plugin of the same one. */
function sdkVersion(name: ProviderName): string {
  const file = require.resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function isInstalled(name: ProviderName): boolean {
  if (installedCommand(`pulumi-resource-${name}`) !== undefined) return true;
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  return existsSync(
    join(home, "plugins", `resource-${name}-v${sdkVersion(name)}`, `pulumi-resource-${name}`),
  );
}

/** A command on the path that somebody has installed: not one of this project, which `npm run env` puts there too. */
function installedCommand(name: string): string | undefined {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return findCommand(name, path.filter((directory) => !directory.startsWith(cacheDir())).join(delimiter));
}

function has(directory: string | undefined, plugin: string): boolean {
  return directory !== undefined && existsSync(join(directory, `pulumi-${plugin}`));
}

/** Unpacks the archives of a directory into the cache, by their checksums. */
async function unpack(directory: string): Promise<string> {
  const archives = readdirSync(directory).filter((file) =>
    /^pulumi-(resource|language)-.*\.tar\.gz$/.test(file),
  );
  const sums = Object.fromEntries(
    readFileSync(join(directory, "SHA256SUMS"), "utf8")
      .split("\n")
      .flatMap((line) => {
        const [sum, file] = line.trim().split(/\s+\*?/);
        return sum === undefined || file === undefined ? [] : [[file, sum] as const];
      }),
  );
  const inputs = archives.map((file) => [file, sums[file]]);
  return ensureEntry({ name: "upstream-plugins", version: "1", inputs }, async (result) => {
    for (const file of archives) {
      if (sha256(readFileSync(join(directory, file))) !== sums[file])
        throw new Error(
          `${join(directory, file)} does not match its line in SHA256SUMS: fetch both anew, then run this again`,
        );
      await run("tar", ["-xzf", join(directory, file), "-C", result]);
    }
    for (const file of readdirSync(result)) chmodSync(join(result, file), 0o755);
  });
}

/** PATH with directories in front of it, each of them once. */
export function pathWith(directories: readonly string[]): string {
  return [...new Set([...directories, ...(process.env["PATH"] ?? "").split(delimiter)])].join(delimiter);
}
