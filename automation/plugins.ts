import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "../lib/process";
import { preparePolicyAnalyzer } from "./policyAnalyzer";
import { preparePlugins } from "@lstm-pfd/local-cloud/plugins";
import type { ClientTools } from "@lstm-pfd/local-cloud/toolchain";
import { ensureEntry } from "../lib/cache";
import { installedCommand, installedPlugin } from "../lib/installedCommand";
import { sha256 } from "../lib/recipe";
import { versions } from "@lstm-pfd/local-cloud/toolchain/versions";

type ProviderName = "kubernetes" | "aws" | "random";

/** The plugin of a provider, for the report. */
export interface ProviderPlugin {
  /** Who made it. */
  source: "upstream" | "embedded";
  /** How this machine came by it, as in "built from its Go module". */
  origin: string;
  /** Undefined where the plugin alone knows it: the engine takes one on the path whatever its version is. */
  version?: string | undefined;
}

/** Where plugins come from in this run, and how the engine finds them. */
export interface Plugins {
  /** Directories for the front of PATH. */
  path: readonly string[];
  providers: Record<ProviderName, ProviderPlugin>;
  /** The program is run by the upstream language host; otherwise inline, by the command itself. */
  languageHost: string | undefined;
}

/**
 * Finds the plugins: upstream ones in archives win, then those that are installed, then the toolchain's, then the embedded ones.
 * @param archives directory with `pulumi-*.tar.gz` and their SHA256SUMS; @default `$LSTM_PFD_PLUGINS`, or none
 * @throws Error when an archive does not match its checksum
 */
export async function findPlugins(
  toolchain: Pick<ClientTools, "plugins">,
  archives = process.env["LSTM_PFD_PLUGINS"],
): Promise<Plugins> {
  const unpacked = archives === undefined || archives === "" ? undefined : await unpack(archives);
  const { kubernetes } = toolchain.plugins;
  const found: Record<ProviderName, ProviderPlugin> = {
    kubernetes: ofArchive("kubernetes", unpacked, archives) ?? ofToolchain(kubernetes),
    aws: ofArchive("aws", unpacked, archives) ?? ofHost("aws") ?? ofThisProject("aws"),
    random: ofArchive("random", unpacked, archives) ?? ofHost("random") ?? ofThisProject("random"),
  };
  const embedded = (["aws", "random"] as const).filter((name) => found[name].source === "embedded");
  const host =
    installedCommand("pulumi-language-nodejs") ??
    (has(unpacked, "language-nodejs") ? join(unpacked ?? "", "pulumi-language-nodejs") : undefined);
  return {
    path: [
      await preparePlugins([...embedded, "embedded"]),
      await preparePolicyAnalyzer(),
      ...(unpacked === undefined ? [] : [unpacked]),
      ...(kubernetes.origin === "installed" ? [] : [dirname(kubernetes.executable)]),
    ],
    providers: found,
    languageHost: host,
  };
}

function ofArchive(
  name: ProviderName,
  unpacked: string | undefined,
  archives: string | undefined,
): ProviderPlugin | undefined {
  if (archives === undefined || !has(unpacked, `resource-${name}`)) return undefined;
  const [version] = readdirSync(archives).flatMap(
    (file) => new RegExp(`^pulumi-resource-${name}-v(\\d+\\.\\d+\\.\\d+)-`).exec(file)?.[1] ?? [],
  );
  return { source: "upstream", origin: "from an archive", version };
}

function ofHost(name: ProviderName): ProviderPlugin | undefined {
  const path = installedPlugin(name, sdkVersion(name));
  return path === undefined ? undefined : installed(name, path);
}

function installed(name: ProviderName, path: string): ProviderPlugin {
  // The engine's own directories have the version in their names.
  const version = path.includes(`resource-${name}-v${sdkVersion(name)}`) ? sdkVersion(name) : undefined;
  return { source: "upstream", origin: "installed", version };
}

function ofToolchain({ executable, origin }: ClientTools["plugins"]["kubernetes"]): ProviderPlugin {
  if (origin === "installed") return installed("kubernetes", executable);
  return { source: "upstream", origin, version: versions.kubernetesProvider };
}

function ofThisProject(name: ProviderName): ProviderPlugin {
  return { source: "embedded", origin: "part of this project", version: sdkVersion(name) };
}

/** Version of the SDK that the program uses: the engine asks for the plugin of the same one. */
function sdkVersion(name: ProviderName): string {
  const file = require.resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
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
