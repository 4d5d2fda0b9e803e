import assert from "node:assert/strict";
import { noneLeft, type PassedOver, sharesDamage } from "../../../../jobs/database/damagedBase";

const full = "20260131-020000F";
const incremental = "20260131-020000F_20260131-060000I";
const damage = (object: string): PassedOver => ({
  label: incremental,
  generation: 2,
  object: `s3://backups/wal/generation-0002/repository/backup/main/${object}`,
  reason: "it is gone",
});
const base = (label: string, references: string[] = [], generation = 2) => ({
  generation,
  label,
  backup: { references },
});

describe("a base backup beside one that is damaged", () => {
  const cases = [
    { what: "the damaged one itself", of: base(full), object: `${full}/bundle/1`, shares: true },
    {
      what: "one that needs its files",
      of: base(incremental, [full]),
      object: `${full}/bundle/1`,
      shares: true,
    },
    {
      what: "the full one of a damaged incremental",
      of: base(full),
      object: `${incremental}/bundle/1`,
      shares: false,
    },
    { what: "an older full one", of: base("20260130-020000F"), object: `${full}/bundle/1`, shares: false },
    {
      what: "one of the same name in another generation",
      of: base(full, [], 1),
      object: `${full}/bundle/1`,
      shares: false,
    },
    { what: "any, where the object names none", of: base(full), object: "backup.info", shares: false },
  ];
  for (const { what, of, object, shares } of cases)
    it(`${shares ? "is not tried" : "is tried"}: ${what}`, () => {
      assert.equal(sharesDamage(of, [damage(object)]), shares);
    });

  it("is named with all others, when none is left", () => {
    const { message } = noneLeft([damage(`${full}/bundle/1`)], [incremental]);
    assert.match(
      message,
      new RegExp(
        `no base backup can be fetched: ${incremental} \\(object s3://\\S+${full}/bundle/1\\); ${incremental} need the same files; bring back`,
      ),
    );
  });
});
