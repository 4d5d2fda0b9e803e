import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { backupClasses, defaultRetentionDays } from "../../plan/backupClasses";
import { projectRoot } from "../../lib/paths";
import { productDirectories, sourcesIn } from "../support/sources";

interface Page {
  path: string;
  text: string;
}

const pages: Page[] = [
  "README.md",
  "CONTRIBUTING.md",
  ...["docs", "images", "images/application", "jobs", "policies", "local-cloud"].flatMap((folder) =>
    readdirSync(join(projectRoot, folder))
      .filter((file) => file.endsWith(".md"))
      .map((file) => `${folder}/${file}`),
  ),
].map((path) => ({ path, text: readFileSync(join(projectRoot, path), "utf8") }));

const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

const prefixes = Object.values(backupClasses(defaultRetentionDays)).map(({ prefix }) => prefix);

/** Not of this repository: made by a drill, or by who reads. */
const elsewhere = ["drills/", "Pulumi.NEW.yaml"];

/** Text between backticks, outside of fenced blocks. */
function codeSpans(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
}

/** Whether a code span is the path of a file or folder: a name with an extension of ours, or a folder with its slash. */
function isPath(span: string): boolean {
  return (
    /^[\w./-]+$/.test(span) &&
    (/^[\w.-]+(\/[\w.-]+)*\/$/.test(span) || /(\/|^)[\w.-]+\.(ts|md|mjs|ya?ml)$|\/[\w.-]+\.json$/.test(span))
  );
}

function isInBucket(span: string): boolean {
  return (
    prefixes.includes(span) ||
    /^(db|wal|models|evidence|config\/(drills|vault\.json|recovery\.kit))(\/|$)/.test(span)
  );
}

function exists(path: string, page: Page): boolean {
  return existsSync(join(projectRoot, path)) || existsSync(join(projectRoot, dirname(page.path), path));
}

/** Name by which GitHub links to a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .replace(/\s/g, "-");
}

function slugs(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slug(heading));
}

/** Sources of everything that prints messages. */
function sources(): string {
  const scripts = readdirSync(join(projectRoot, "images/postgres/bin")).map(
    (name) => `images/postgres/bin/${name}`,
  );
  return [...[...productDirectories, "local-cloud"].flatMap(sourcesIn), ...scripts]
    .map((file) => readFileSync(join(projectRoot, file), "utf8"))
    .join("\n");
}

/** Messages in the first column of the tables that explain them. */
function explainedMessages(text: string): string[] {
  const tables = text.split(/\n{2,}/).filter((block) => /^\| (message|what you see) +\|/.test(block));
  return tables.flatMap((table) => table.split("\n").flatMap((row) => codeSpans(row.split(" | ")[0] ?? "")));
}

function withoutSpaces(text: string): string {
  return text.replace(/\s+/g, "");
}

describe("documentation", () => {
  it("names files and folders that exist", () => {
    const missing = pages.flatMap((page) =>
      codeSpans(page.text)
        .filter((span) => isPath(span) && !isInBucket(span) && !elsewhere.includes(span))
        .filter((span) => !exists(span, page))
        .map((span) => `${page.path}: ${span}`),
    );
    assert.deepEqual(missing, []);
  });

  it("recognises paths in code spans, and leaves the rest alone", () => {
    const text =
      "`plan/x.ts` `plan/` `x.md` `npm run up` `db/` `a b.ts`\n```\n`plan/fenced.ts`\n```\n`--stack`";
    assert.deepEqual(codeSpans(text).filter(isPath), ["plan/x.ts", "plan/", "x.md", "db/"]);
  });

  it("links to pages and headings that exist", () => {
    const broken = pages.flatMap((page) =>
      [...page.text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, path = "", anchor]) => {
          const target = path === "" ? page.path : join(dirname(page.path), path);
          const file = join(projectRoot, target);
          if (!existsSync(file)) return true;
          return anchor !== undefined && !slugs(readFileSync(file, "utf8")).includes(anchor);
        })
        .map(([link]) => `${page.path}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  it("names commands that package.json has", () => {
    const unknown = pages.flatMap((page) =>
      [...page.text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)]
        .filter(([, script = ""]) => !Object.hasOwn(scripts, script))
        .map(([command]) => `${page.path}: ${command}`),
    );
    assert.deepEqual(unknown, []);
  });

  it("shows the program of three components that is run by its test", () => {
    const text = pages.find(({ path }) => path === "docs/architecture.md")?.text ?? "";
    const [, shown = ""] = /```ts\n(.*?)```/s.exec(text) ?? [];
    const program = shown.replace(/^import .*\n/gm, "").trim();
    assert.equal(program.split("\n").length, 7);
    const test = readFileSync(join(projectRoot, "test/unit/components/tenLines.test.ts"), "utf8");
    assert.ok(withoutSpaces(test).includes(withoutSpaces(program)), program);
  });

  it("explains messages that there are", () => {
    const said = sources();
    for (const path of ["docs/runbook.md", "docs/operations.md"]) {
      const messages = explainedMessages(pages.find((page) => page.path === path)?.text ?? "");
      assert.ok(messages.length > 4, `${path} explains no messages`);
      const unknown = messages.filter(
        (message) => !message.split("…").every((part) => said.includes(part.trim())),
      );
      assert.deepEqual(unknown, [], path);
    }
  });
});
