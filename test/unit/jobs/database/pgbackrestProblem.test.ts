import assert from "node:assert/strict";
import { pgBackRestLine } from "../../../../jobs/database/pgbackrestLog";
import { pgBackRestProblem, s3AnswerIn } from "../../../../jobs/database/pgbackrestProblem";

describe("pgBackRest's problem", () => {
  it("is its first error, with code and object", () => {
    const output = `2026-11-24 11:00:00.000 P00   INFO: restore command begin 2.45: --stanza=main
2026-11-24 11:00:15.000 P00  ERROR: [055]: raised from local-2 protocol: unable to open missing file '/wal/generation-0001/repository/backup/main/20261124-113058F/bundle/1' for read
       [FileMissingError] on retry after 0ms
2026-11-24 11:00:15.000 P00   INFO: restore command end: aborted with exception [055]`;
    assert.deepEqual(pgBackRestProblem(output), {
      code: 55,
      reason:
        "raised from local-2 protocol: unable to open missing file '/wal/generation-0001/repository/backup/main/20261124-113058F/bundle/1' for read [FileMissingError] on retry after 0ms",
      object: "wal/generation-0001/repository/backup/main/20261124-113058F/bundle/1",
    });
  });

  it("leaves hints out", () => {
    const { reason, object } = pgBackRestProblem("ERROR: [031]: option missing\nHINT: did you forget it?");
    assert.equal(reason, "option missing");
    assert.equal(object, undefined);
  });

  it("is the last line when there is no error in the usual form", () => {
    assert.deepEqual(pgBackRestProblem("one\ntwo\n\n"), {
      code: undefined,
      reason: "two",
      object: undefined,
    });
    assert.equal(pgBackRestProblem("").reason, "no message");
  });
});

describe("what S3 answered to pgBackRest", () => {
  const output = (status: string, code: string, more = ""): string =>
    `2026-11-24 11:00:15.000 P00  ERROR: [039]: HTTP request failed with ${status}:
       *** Path/Query ***:
       GET /backups/wal/generation-0001/repository/archive/main/archive.info
       *** Request Headers ***:
       authorization: <redacted>
       x-amz-date: <redacted>
       *** Response Headers ***:
       content-type: application/xml
       date: Tue, 24 Nov 2026 11:00:15 GMT
       *** Response Content ***:
       <?xml version="1.0" encoding="UTF-8"?>
       <Error><Code>${code}</Code><Message>said by the store</Message>${more}</Error>
2026-11-24 11:00:15.000 P00   INFO: info command end: aborted with exception [039]`;
  const cases: [string, string, string, RegExp, RegExp][] = [
    ["403 (Forbidden)", "RequestTimeTooSkewed", "", /^the clock of this node differs/, /by NTP/],
    [
      "403 (Forbidden)",
      "InvalidObjectState",
      "<StorageClass>GLACIER</StorageClass>",
      /^the object is archived as GLACIER/,
      /restore-object/,
    ],
    [
      "301 (Moved Permanently)",
      "PermanentRedirect",
      "<Region>eu-west-1</Region>",
      /^the bucket is in another region, eu-west-1 /,
      /lstm-pfd:vaultRegion/,
    ],
    [
      "400 (Bad Request)",
      "AuthorizationHeaderMalformed",
      "<Message>expecting &apos;eu-central-1&apos;</Message>",
      /^the bucket is in another region, eu-central-1 /,
      /lstm-pfd:s3Region/,
    ],
    [
      "403 (Forbidden)",
      "SignatureDoesNotMatch",
      "",
      /^the access key was refused/,
      /PGBACKREST_REPO1_S3_KEY and PGBACKREST_REPO1_S3_KEY_SECRET/,
    ],
  ];
  for (const [status, code, more, reason, remedy] of cases)
    it(`is told in the words of ${code}`, () => {
      const problem = pgBackRestProblem(output(status, code, more));
      assert.equal(problem.code, 39);
      assert.match(problem.reason, reason);
      assert.match(problem.remedy ?? "", remedy);
      assert.equal(problem.object, "wal/generation-0001/repository/archive/main/archive.info");
    });

  it("is pgBackRest's own where S3's code says nothing more", () => {
    const { reason, remedy } = pgBackRestProblem(output("403 (Forbidden)", "AccessDenied"));
    assert.match(reason, /^HTTP request failed with 403 \(Forbidden\): /);
    assert.equal(remedy, undefined);
  });

  it("is not looked for where nothing was asked of it", () => {
    assert.equal(s3AnswerIn("<Code>RequestTimeTooSkewed</Code>"), undefined);
  });
});

describe("a line of pgBackRest's log", () => {
  it("loses its time and process", () => {
    assert.equal(
      pgBackRestLine("2026-11-24 11:00:00.000 P00   INFO: new backup label = x"),
      "pgbackrest: new backup label = x",
    );
    assert.equal(
      pgBackRestLine("2026-11-24 11:00:00.000 P00   WARN: no prior"),
      "pgbackrest: WARN: no prior",
    );
  });

  it("is dropped when it says nothing", () => {
    assert.equal(
      pgBackRestLine("2026-11-24 11:00:00.000 P00   INFO: backup command begin 2.45: --a --b"),
      undefined,
    );
    assert.equal(pgBackRestLine("2026-11-24 11:00:00.000 P01 DETAIL: restore file x"), undefined);
  });
});
