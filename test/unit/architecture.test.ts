import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { projectRoot } from "../../lib/paths";
import { sourcesIn } from "../support/sources";

/** Area → the areas that it may import. An area is a directory of the project, or `index`, the program. */
const arrows: Record<string, readonly string[]> = {
  cli: ["drill", "automation", "kit", "config", "local-cloud", "images", "plan", "lib"],
  drill: ["automation", "kit", "jobs", "local-cloud", "plan", "lib"],
  automation: ["index", "kit", "config", "local-cloud", "policies", "plan", "lib"],
  index: ["stacks", "kit", "config"],
  stacks: ["components", "config", "plan", "lib"],
  kit: ["config", "plan", "lib"],
  config: ["plan", "lib"],
  components: ["plan", "lib"],
  images: ["jobs", "lib"],
  jobs: ["plan", "lib"],
  "local-cloud": ["images", "plan", "lib"],
  plan: ["policies", "lib"],
  policies: [],
  lib: [],
};

/** File → what it alone may import besides. */
const ofOneFile: Record<string, readonly string[]> = {
  "stacks/onLocal.ts": ["local-cloud"],
  "kit/openVault.ts": ["jobs"],
  "cli/askBucket.ts": ["jobs"],
};

/** npm workspaces, by the name that others import them by. */
const packages: Record<string, string> = {
  "@lstm-pfd/local-cloud": "local-cloud",
  "@lstm-pfd/policies": "policies",
};

/** Sources by path from the root, as text. */
type Sources = ReadonlyMap<string, string>;

/** One import: from a file to another one, or to a path that is none. */
interface Import {
  from: string;
  to: string;
  /** As it stands in the file. */
  written: string;
}

function readSources(): Sources {
  const directories = Object.keys(arrows).filter((area) => area !== "index");
  const files = directories.flatMap(sourcesIn);
  return new Map(["index.ts", ...files].map((file) => [file, readFileSync(join(projectRoot, file), "utf8")]));
}

const exportsOf = Object.fromEntries(
  Object.entries(packages).map(([name, directory]) => {
    const text = readFileSync(join(projectRoot, directory, "package.json"), "utf8");
    return [name, (JSON.parse(text) as { exports: Record<string, unknown> }).exports];
  }),
);

/** All imports of the project's own files, those of types among them. */
function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) =>
    written(text).flatMap((name) => {
      const to = resolve(sources, from, name);
      return to === undefined ? [] : [{ from, to, written: name }];
    }),
  );
}

const read = new Map<string, string[]>();

/** The names in the imports of a source; each source is read once. */
function written(text: string): string[] {
  const names =
    read.get(text) ?? ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  read.set(text, names);
  return names;
}

/** The file that an import leads to, from the root; undefined for a package of others. */
function resolve(sources: Sources, from: string, written: string): string | undefined {
  if (written.startsWith(".")) {
    const path = normalize(join(dirname(from), written));
    return [path, `${path}.ts`, `${path}/index.ts`].find((file) => sources.has(file)) ?? path;
  }
  const name = Object.keys(packages).find((each) => written === each || written.startsWith(`${each}/`));
  if (name === undefined) return undefined;
  const target = JSON.stringify(exportsOf[name]?.[`.${written.slice(name.length)}`] ?? "");
  const [, file = ""] = /"\.\/([^"]+)"/.exec(target) ?? [];
  return `${packages[name] ?? ""}/${file}`;
}

function areaOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
}

/** What is against the arrows, in a sentence each. */
function wrongWays(sources: Sources): string[] {
  return importsOf(sources).flatMap(({ from, to, written }) => {
    const [source, target] = [areaOf(from), areaOf(to)];
    if (source === target) return [];
    const allowed = [...(arrows[source] ?? []), ...(ofOneFile[from] ?? [])];
    if (!allowed.includes(target)) return [`${from} imports ${to}: ${source} must not know ${target}`];
    const isPackage = Object.values(packages).includes(target);
    if (isPackage && written.startsWith("."))
      return [`${from} imports ${to} by its path, not by the package`];
    if (isPackage && !sources.has(to))
      return [`${from} imports ${written}, which the package does not export`];
    return [];
  });
}

/** Groups of files that import each other in a circle. */
function circles(sources: Sources): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of importsOf(sources)) next.set(from, [...(next.get(from) ?? []), to]);
  const reached = new Map([...sources.keys()].map((file) => [file, reachable(next, file)]));
  const inCircle = [...sources.keys()].filter((file) => reached.get(file)?.has(file) === true);
  const groups = inCircle.map((file) =>
    inCircle.filter(
      (other) => reached.get(file)?.has(other) === true && reached.get(other)?.has(file) === true,
    ),
  );
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

function reachable(next: ReadonlyMap<string, string[]>, file: string): Set<string> {
  const seen = new Set<string>();
  const open = [...(next.get(file) ?? [])];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (seen.has(each)) continue;
    seen.add(each);
    open.push(...(next.get(each) ?? []));
  }
  return seen;
}

describe("the architecture", () => {
  const sources = readSources();
  const withFile = (file: string, text: string): Sources => new Map([...sources, [file, text]]);

  it("has its arrows point one way", () => {
    assert.ok(importsOf(sources).length > 1000, "the imports were not found");
    assert.deepEqual(wrongWays(sources), []);
  });

  it("has no circle of files", () => {
    assert.deepEqual(circles(sources), []);
  });

  for (const [file, text, said] of [
    [
      "components/new.ts",
      'import type { Config } from "../config/config";',
      "components/new.ts imports config/config.ts: components must not know config",
    ],
    [
      "components/new.ts",
      'export { vault } from "../stacks/vault";',
      "components/new.ts imports stacks/vault.ts: components must not know stacks",
    ],
    [
      "stacks/new.ts",
      'import { Site } from "@lstm-pfd/local-cloud/resources";',
      "stacks/new.ts imports local-cloud/resources/index.ts: stacks must not know local-cloud",
    ],
    [
      "cli/new.ts",
      'import { Site } from "../local-cloud/resources";',
      "cli/new.ts imports local-cloud/resources/index.ts by its path, not by the package",
    ],
    [
      "plan/new.ts",
      'const pack = import("@lstm-pfd/policies/rules/index");',
      "plan/new.ts imports @lstm-pfd/policies/rules/index, which the package does not export",
    ],
    [
      "lib/new.ts",
      'import { names } from "../plan/names";',
      "lib/new.ts imports plan/names.ts: lib must not know plan",
    ],
  ] as const)
    it(`would not bear: ${said}`, () => {
      assert.deepEqual(wrongWays(withFile(file, text)), [said]);
    });

  it("would not bear a circle, of types either", () => {
    const file = "plan/new.ts";
    const changed = new Map(withFile(file, 'import type { BackupRun } from "./backupRuns";'));
    changed.set("plan/backupRuns.ts", 'import type { New } from "./new";');
    assert.deepEqual(circles(changed), [["plan/backupRuns.ts", file]]);
  });
});
