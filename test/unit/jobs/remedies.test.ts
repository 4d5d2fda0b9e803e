import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configKeys } from "../../../config/schema";
import { projectRoot } from "../../../lib/paths";

describe("what the commands in pods tell people to set", () => {
  it("is a configuration key each time", () => {
    const directory = join(projectRoot, "jobs");
    const named = readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) =>
        [...readFileSync(join(directory, file), "utf8").matchAll(/lstm-pfd:([a-zA-Z0-9]+)/g)].map(
          ([, key = ""]) => key,
        ),
      );
    assert.ok(named.includes("restoreSet"));
    assert.deepEqual(
      named.filter((key) => !(key in configKeys)),
      [],
    );
  });
});
