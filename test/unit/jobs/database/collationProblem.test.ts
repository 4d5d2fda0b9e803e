import assert from "node:assert/strict";
import { decideCollations, together } from "../../../../jobs/database/collationProblem";
import { areCollations, type CollationInUse, describeCollations } from "../../../../jobs/database/collations";
import { collationVersionsRule } from "../../../../plan/collationVersions";

const icu = (
  locale: string,
  recorded: string | null = "153.120",
  actual: string | null = recorded,
): CollationInUse => ({ provider: "icu", locale, recorded, actual });
const libc = (
  recorded: string | null = "2.36",
  actual: string | null = recorded,
  locale = "en_US.utf8",
): CollationInUse => ({ provider: "libc", locale, recorded, actual });

/** What an image has: one version of libc, and one of each locale of ICU. */
const image =
  (versions: Record<string, string | null>) =>
  ({ provider, locale }: CollationInUse): string | null =>
    (provider === "libc" ? versions["libc"] : versions[locale]) ?? null;

const same = { libc: "2.36", de: "153.120", sv: "153.120.42" };
const newer = { libc: "2.41", de: "153.128", sv: "153.128.44" };

describe("collation versions of a backup and of an image", () => {
  const cases: {
    what: string;
    collations: CollationInUse[] | undefined;
    versions: Record<string, string | null>;
    accepted?: string;
    action: string;
  }[] = [
    { what: "nothing is used that has a version", collations: [], versions: newer, action: "use" },
    { what: "all are equal", collations: [libc(), icu("de")], versions: same, action: "use" },
    { what: "nothing was noted", collations: undefined, versions: same, action: "use, unknown" },
    {
      what: "nothing was noted, and a version is accepted",
      collations: undefined,
      versions: same,
      accepted: "libc:2.36",
      action: "use, unknown",
    },
    {
      what: "the database has noted none, and was served with this one",
      collations: [libc(null, "2.36")],
      versions: same,
      action: "use, unknown",
    },
    {
      what: "the database has noted none, and was served with another one",
      collations: [libc(null, "2.36")],
      versions: newer,
      action: "refuse",
    },
    {
      what: "libc differs",
      collations: [libc(), icu("de")],
      versions: { ...same, libc: "2.41" },
      action: "refuse",
    },
    { what: "libc is older here", collations: [libc("2.41")], versions: same, action: "refuse" },
    {
      what: "one locale of ICU differs",
      collations: [icu("de"), icu("sv", "153.120.42")],
      versions: { ...same, sv: "153.120.44" },
      action: "refuse",
    },
    { what: "the image tells no version", collations: [libc()], versions: {}, action: "refuse" },
    {
      what: "the server had another version than was noted, and this is the noted one",
      collations: [libc("2.36", "2.41")],
      versions: same,
      action: "refuse",
    },
    {
      what: "the server had another version than was noted, and this is the server's",
      collations: [libc("2.36", "2.41")],
      versions: newer,
      action: "refuse",
    },
    {
      what: "the version of this image is accepted",
      collations: [libc()],
      versions: newer,
      accepted: "libc:2.41",
      action: "rebuild",
    },
    {
      what: "more is accepted than differs",
      collations: [libc()],
      versions: newer,
      accepted: "icu:153.128,libc:2.41",
      action: "rebuild",
    },
    {
      what: "only one of two that differ is accepted",
      collations: [libc(), icu("de")],
      versions: newer,
      accepted: "libc:2.41",
      action: "refuse",
    },
    {
      what: "the version of the backup is accepted, and not this one",
      collations: [libc()],
      versions: newer,
      accepted: "libc:2.36",
      action: "refuse",
    },
    {
      what: "the last change was accepted, and not this one",
      collations: [libc("2.41")],
      versions: { libc: "2.42" },
      accepted: "libc:2.41",
      action: "refuse",
    },
    {
      what: "the same version of another provider is accepted",
      collations: [libc()],
      versions: newer,
      accepted: "icu:2.41",
      action: "refuse",
    },
    {
      what: "a version is accepted that this one begins with",
      collations: [icu("sv", "153.120.42")],
      versions: newer,
      accepted: "icu:153.128",
      action: "refuse",
    },
    {
      what: "a version is accepted that begins with this one",
      collations: [icu("de")],
      versions: newer,
      accepted: "icu:153.128.44",
      action: "refuse",
    },
    {
      what: "a mixture is accepted",
      collations: [libc("2.36", "2.41")],
      versions: newer,
      accepted: "libc:2.41",
      action: "rebuild",
    },
    {
      what: "an image without versions is accepted",
      collations: [libc()],
      versions: {},
      accepted: "libc:none",
      action: "rebuild",
    },
  ];
  const decide = (
    collations: CollationInUse[] | undefined,
    versions: Record<string, string | null>,
    accepted = "",
  ) =>
    decideCollations({
      subject: "base backup 20260101-000000F",
      collations,
      here: image(versions),
      accepted,
      untouched: "nothing was fetched",
    });

  for (const { what, collations, versions, accepted, action } of cases)
    it(`${action}: ${what}`, () => {
      assert.equal(decide(collations, versions, accepted).action, action);
    });

  it("are told with both versions, what the difference means, and both ways out; which are followed", () => {
    const used = [libc("2.36", "2.31"), icu("de"), icu("fr"), icu("sv", "153.120.42")];
    const versions = { ...newer, fr: "153.128" };
    const decision = decide(used, versions, "libc:2.40");
    assert.ok(decision.action === "refuse");
    assert.equal(
      decision.reason,
      "the indexes of base backup 20260101-000000F were built with other collation versions than this image has: libc 2.36 and 2.31, here 2.41 (en_US.utf8); icu 153.120, here 153.128 (de, fr); icu 153.120.42, here 153.128.44 (sv) (lstm-pfd:acceptCollations is libc:2.40, which are others); text is sorted differently, so that they would miss rows and let duplicates in, without a word; nothing was fetched",
    );
    const word = /lstm-pfd:acceptCollations (\S+),/.exec(decision.remedy)?.[1] ?? "";
    assert.equal(word, "icu:153.128,icu:153.128.44,libc:2.41");
    assert.match(decision.remedy, /^set lstm-pfd:imagePostgres to the image that fits/);
    assert.ok(collationVersionsRule.holds(word));
    assert.equal(decide(used, versions, word).action, "rebuild");
  });

  it("are told of once where record and data both tell of them", () => {
    const one = { provider: "icu", locale: "de", builtWith: ["1", "2"], here: "2" } as const;
    const other = { ...one, provider: "libc" } as const;
    assert.deepEqual(together([one], [{ ...one, builtWith: ["1"] }, other]), [one, other]);
    assert.deepEqual(together([], [other]), [other]);
  });

  it("are unknown by name where the database has noted none", () => {
    const decision = decide([libc(null, "2.36"), icu("de")], same);
    assert.ok(decision.action === "use, unknown");
    assert.equal(decision.unknown, "base backup 20260101-000000F has noted no version of libc (en_US.utf8)");
  });
});

describe("collations of a record", () => {
  const cases: [value: unknown, isOne: boolean][] = [
    [[], true],
    [[libc(), icu("de", null, "1")], true],
    [{}, false],
    [null, false],
    ["libc:2.36", false],
    [[null], false],
    [[{ ...libc(), provider: "builtin" }], false],
    [[{ ...libc(), locale: undefined }], false],
    [[{ ...libc(), recorded: undefined }], false],
    [[{ ...libc(), actual: 2.36 }], false],
  ];
  for (const [value, isOne] of cases)
    it(`${JSON.stringify(value)} ${isOne ? "are" : "are not"} understood`, () => {
      assert.equal(areCollations(value), isOne);
    });

  it("are told in one line", () => {
    assert.equal(describeCollations([]), "none that has a version");
    assert.equal(
      describeCollations([libc("2.36", "2.41"), icu("de"), libc(null, "2.36", "sv_SE")]),
      "libc 2.36 (en_US.utf8, served with 2.41), icu 153.120 (de), libc of unknown version (sv_SE, served with 2.36)",
    );
  });
});
