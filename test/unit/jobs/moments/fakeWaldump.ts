import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Puts a `pg_waldump` in front of the path that prints those of some lines that lie between --start and --end.
 */
export class FakeWaldump {
  private readonly directory = mkdtempSync(join(tmpdir(), "waldump-"));
  private readonly path = process.env["PATH"] ?? "";

  constructor(lines: readonly string[], failsWith?: string) {
    writeFileSync(join(this.directory, "lines"), lines.join("\n"));
    const script = `#!${process.execPath}
const { readFileSync } = require("node:fs");
const option = (name) => process.argv.find((word) => word.startsWith("--" + name + "="))?.slice(name.length + 3);
const at = (lsn) => { const [high, low] = lsn.split("/"); return parseInt(high, 16) * 2 ** 32 + parseInt(low, 16); };
for (const line of readFileSync(${JSON.stringify(join(this.directory, "lines"))}, "utf8").split("\\n")) {
  const lsn = /lsn: ([^,]+)/.exec(line)?.[1];
  if (lsn !== undefined && at(lsn) >= at(option("start")) && at(lsn) < at(option("end"))) console.log(line);
}
${failsWith === undefined ? "" : `console.error(${JSON.stringify(failsWith)}); process.exitCode = 1;`}
`;
    const program = join(this.directory, "pg_waldump");
    writeFileSync(program, script);
    chmodSync(program, 0o755);
    process.env["PATH"] = `${this.directory}${delimiter}${this.path}`;
  }

  remove(): void {
    process.env["PATH"] = this.path;
    rmSync(this.directory, { recursive: true });
  }
}
