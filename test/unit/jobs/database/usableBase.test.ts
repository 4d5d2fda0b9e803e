import assert from "node:assert/strict";
import type { CollationInUse } from "../../../../jobs/database/collations";
import { usableIn } from "../../../../jobs/database/usableBase";
import { Failure } from "../../../../lib/failure";
import { committedRecord } from "./samples";

const base = { label: "20260101-000000F", pgVersion: "15" };
const inUse: CollationInUse = { provider: "icu", locale: "de", recorded: "153.120", actual: "153.120" };

describe("a base backup that this image can use", () => {
  const lines: string[] = [];
  let asked: string[];
  beforeEach(() => {
    lines.length = 0;
    asked = [];
  });

  /** @param version of ICU in the image */
  const use = (
    collations: CollationInUse[] | undefined,
    version: string,
    { acceptCollations = "", postgresMajor = "15" } = {},
  ) =>
    usableIn({
      postgresMajor,
      acceptCollations,
      versions: (all) => {
        asked.push(...all.map(({ locale }) => locale));
        return Promise.resolve(() => version);
      },
    })(base, { ...committedRecord(), ...(collations === undefined ? {} : { collations }) }, (line) =>
      lines.push(line),
    );

  it("has the same versions", async () => {
    assert.deepEqual(await use([inUse], "153.120"), []);
    assert.deepEqual(asked, ["de"]);
    assert.deepEqual(lines, []);
  });

  it("has others, which are accepted: they are told, and what must be rebuilt for them", async () => {
    const [difference] = await use([inUse], "153.128", { acceptCollations: "icu:153.128" });
    assert.deepEqual(difference?.builtWith, ["153.120"]);
    assert.deepEqual(lines, [
      "accepted: icu 153.120, here 153.128 (de); all indexes are rebuilt after the promotion",
    ]);
  });

  it("has others, which are not: before anything is fetched", async () => {
    await assert.rejects(use([inUse], "153.128"), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.match(error.what, /^the indexes of base backup 20260101-000000F .*; nothing was fetched$/);
      assert.match(error.remedy, /lstm-pfd:acceptCollations icu:153\.128, /);
      return true;
    });
  });

  it("says nothing of them, which is not taken for equal, and asks for nothing", async () => {
    assert.deepEqual(await use(undefined, "153.120"), []);
    assert.deepEqual(asked, []);
    assert.match(
      lines.join("\n"),
      /^collation versions are unknown: base backup 20260101-000000F does not say .*compared after the replay$/,
    );
    lines.length = 0;
    const uncommitted = usableIn({ postgresMajor: "15", acceptCollations: "" });
    assert.deepEqual(await uncommitted(base, undefined, (line) => lines.push(line)), []);
    assert.match(lines.join("\n"), /^collation versions are unknown/);
  });

  it("is of another major version, whatever its collations are", async () => {
    await assert.rejects(
      use([inUse], "153.128", { postgresMajor: "16", acceptCollations: "icu:153.128" }),
      /base backup 20260101-000000F is of PostgreSQL 15, and this image holds 16; nothing was fetched; set lstm-pfd:imagePostgres/,
    );
  });
});
