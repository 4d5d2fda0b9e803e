import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { copyTable } from "../../../../jobs/rescue/copyTable";
import { Failure } from "../../../../lib/failure";

const living = { host: "db", port: 5432, user: "lstm_pfd", password: "secret", database: "app" };
const plan = {
  into: { schema: "rescued_x", name: "orders" },
  columns: [{ name: "id", type: "integer", notNull: true }],
  key: ["id"],
  rows: 2,
  comment: "",
};

describe("copying a table between two databases", function () {
  this.timeout(20_000);
  const path = process.env["PATH"] ?? "";
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "psql-"))));
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(directory, { recursive: true });
  });

  /** A psql that gives out rows as the copy, and as the living database writes down what it is told. */
  async function copy({ reads = "printf '1\\n2\\n'", writes = "cat" } = {}): Promise<string> {
    const psql = join(directory, "psql");
    writeFileSync(
      psql,
      `#!/bin/sh
if [ "$PGUSER" = postgres ]; then cat >${directory}/asked; ${reads}; else ${writes} >${directory}/told; fi
`,
    );
    chmodSync(psql, 0o755);
    process.env["PATH"] = `${directory}${delimiter}${path}`;
    await copyTable(
      { directory: "/tmp/s", database: "was" },
      { schema: "public", name: "orders" },
      living,
      plan,
    );
    return readFileSync(join(directory, "told"), "utf8");
  }
  const told = (): string => readFileSync(join(directory, "told"), "utf8");
  const failsWith = (what: RegExp) => (error: unknown) => error instanceof Failure && what.test(error.what);

  it("puts the rows between what comes before and after them", async () => {
    const text = await copy();
    assert.match(text, /^begin;.* from stdin;\n1\n2\n\\\.\n.*commit;\n/s);
    assert.equal(
      readFileSync(join(directory, "asked"), "utf8"),
      'copy (select "id" from "public"."orders") to stdout;\n',
    );
  });

  it("ends nothing and commits nothing where the rows end early", async () => {
    await assert.rejects(
      copy({ reads: "printf '1\\n'; echo 'psql:x ERROR:  could not read block 7' >&2; exit 1" }),
      failsWith(/the copy said "ERROR: {2}could not read block 7"; nothing of it was kept/),
    );
    assert.ok(!told().includes("\\."), told());
    assert.ok(!told().includes("commit"), told());
  });

  it("says what the living database said, where that refuses", async () => {
    await assert.rejects(
      copy({ writes: `echo 'psql:<stdin>:7: ERROR:  relation "orders" already exists' >&2; exit 3; true` }),
      failsWith(/the living database said "ERROR: {2}relation "orders" already exists"/),
    );
  });

  it("says so where there is no psql", async () => {
    process.env["PATH"] = directory;
    await assert.rejects(
      copyTable({ directory: "/tmp/s", database: "was" }, { schema: "public", name: "orders" }, living, plan),
    );
  });
});
