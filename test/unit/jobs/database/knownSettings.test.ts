import assert from "node:assert/strict";
import { requireKnownSettings, unknownSetting } from "../../../../jobs/database/knownSettings";
import type { PgBackRestVersion } from "../../../../jobs/database/pgbackrestVersion";
import { pgBackRestConfiguration } from "../../../../plan/repository";

const configuration = (podIdentity: boolean): string =>
  pgBackRestConfiguration({
    bucket: "b",
    host: "h",
    port: 443,
    region: "r",
    pathStyle: false,
    retentionDays: 7,
    podIdentity,
  });

describe("settings that pgBackRest does not know", () => {
  const cases: [podIdentity: boolean, version: PgBackRestVersion, since: string | undefined][] = [
    [true, [2, 58], undefined],
    [true, [2, 57], "2.58"],
    [true, [2, 45], "2.58"],
    [false, [2, 45], undefined],
    [false, [2, 44], "2.45"],
  ];
  for (const [podIdentity, version, since] of cases)
    it(`are ${since === undefined ? "none" : "told"} for ${version.join(".")} ${podIdentity ? "with Pod Identity" : "with keys"}`, () => {
      assert.equal(unknownSetting(configuration(podIdentity), version)?.since, since);
    });

  it("are told with image, setting and the release that it needs", async () => {
    const pgBackRest = { version: () => Promise.resolve([2, 45] as const) };
    await assert.rejects(
      requireKnownSettings(pgBackRest, configuration(true)),
      /the PostgreSQL image has pgBackRest 2\.45, which does not know repo1-s3-key-type=pod-id: that needs 2\.58 or newer; nothing was touched; set lstm-pfd:imagePostgres /,
    );
    await requireKnownSettings(pgBackRest, configuration(false));
  });
});
