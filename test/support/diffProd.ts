import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lib/paths";
import { CommandError, run } from "../../lib/process";
import { type Dumped, resourceDiff } from "./resourceDiff";

/**
 * What this checkout changes in production against another commit, resource by resource and without an account: Markdown. It
 * compares the golden dumps, which the unit tests hold to the program.
 */
async function diffProd(commit: string): Promise<string> {
  const parts: string[] = [];
  for (const stack of ["prod-vault", "prod"]) {
    const path = `test/golden/${stack}.json`;
    const after = JSON.parse(readFileSync(join(projectRoot, path), "utf8")) as Dumped[];
    const lines = resourceDiff(await dumpAt(commit, path), after);
    const count = lines.filter((line) => !line.startsWith(" ")).length;
    parts.push(
      lines.length === 0
        ? `### ${stack}: no resource differs\n`
        : `### ${stack}: ${count} ${count === 1 ? "resource differs" : "resources differ"}\n\n\`\`\`diff\n${lines.join("\n")}\n\`\`\`\n`,
    );
  }
  return parts.join("\n");
}

async function dumpAt(commit: string, path: string): Promise<Dumped[]> {
  const { stdout } = await run("git", ["show", `${commit}:${path}`], { cwd: projectRoot });
  return JSON.parse(stdout) as Dumped[];
}

const [commit = "HEAD"] = process.argv.slice(2);
diffProd(commit).then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    const why = error instanceof CommandError ? error.stderr.trim() : String(error);
    process.stderr.write(`error: ${why}\nusage: npm run diff:prod -- COMMIT, one that this clone has\n`);
    process.exitCode = 1;
  },
);
