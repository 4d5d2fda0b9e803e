import assert from "node:assert/strict";
import { parseStanzaInfo, stanzaMessage } from "../../../../jobs/database/stanzaInfo";

const healthy =
  `[{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"00000001000000000000000F","min":"000000010000000000000001"}],
"backup":[{"archive":{"start":"000000010000000000000008","stop":"000000010000000000000009"},"backrest":{"format":5,"version":"2.45"},
"database":{"id":1,"repo-key":1},"error":false,"info":{"delta":93337623,"repository":{"delta":9417264,"size":9417264},"size":93337623},
"label":"20261124-112146F","lsn":{"start":"0/8000028","stop":"0/9000050"},"prior":null,"reference":null,
"timestamp":{"start":1795519306,"stop":1795519308},"type":"full"},
{"archive":{"start":"00000001000000000000000B","stop":"00000001000000000000000C"},"database":{"id":1,"repo-key":1},"error":true,
"info":{"delta":2179338,"repository":{"delta":241488},"size":93460505},"label":"20261124-112146F_20261124-112217I",
"prior":"20261124-112146F","reference":["20261124-112146F"],"timestamp":{"start":1795519337,"stop":1795519339},"type":"incr"}],
"cipher":"aes-256-cbc","db":[{"id":1,"repo-key":1,"system-id":7711696204233015402,"version":"15"}],"name":"main",
"repo":[{"cipher":"aes-256-cbc","key":1,"status":{"code":0,"message":"ok"}}],
"status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}]`.replaceAll("\n", "");

describe("stanza info", () => {
  it("reads backups, archives and databases, and every digit of the system identifier", () => {
    const info = parseStanzaInfo(healthy, "main");
    assert.deepEqual(info.status, { code: 0, message: "ok" });
    assert.deepEqual(info.archiveIds, { 1: "15-1" });
    assert.deepEqual(info.databases, { 1: { systemId: "7711696204233015402", version: "15" } });
    const [full, incremental] = info.backups;
    assert.deepEqual(full, {
      label: "20261124-112146F",
      type: "full",
      references: [],
      error: false,
      startedAt: new Date("2026-11-24T11:21:46Z"),
      stoppedAt: new Date("2026-11-24T11:21:48Z"),
      walStart: "000000010000000000000008",
      walStop: "000000010000000000000009",
      lsnStop: "0/9000050",
      databaseBytes: 93337623,
      repositoryBytes: 9417264,
      databaseId: 1,
    });
    assert.deepEqual(incremental?.references, ["20261124-112146F"]);
    assert.equal(incremental.error, true);
    assert.equal(incremental.lsnStop, "FFFFFFFF/FFFFFFFF", "one that does not say where it ended");
    assert.equal(incremental.repositoryBytes, 241488);
  });

  it("prefers the repository's own status, which says why", () => {
    const json = `[{"name":"main","repo":[{"status":{"code":99,"message":"[CryptoError] unable to flush"}}],"status":{"code":99,"message":"other"}}]`;
    assert.deepEqual(parseStanzaInfo(json, "main").status, {
      code: 99,
      message: "[CryptoError] unable to flush",
    });
  });

  it("reads a message that holds undeciphered bytes", () => {
    const json = `[{"name":"main","repo":[{"status":{"code":99,"message":"bad: \u0001\u0007\t\u001b"}}]}]`;
    assert.equal(parseStanzaInfo(json, "main").status.code, 99);
  });

  it("refuses another stanza and what is not JSON", () => {
    assert.throws(() => parseStanzaInfo("[]", "main"), /nothing of stanza main/);
    assert.throws(() => parseStanzaInfo("ERROR: x", "main"), SyntaxError);
  });

  it("shows what a message says, not what a file holds", () => {
    assert.equal(
      stanzaMessage(
        "[FormatError] unable to load 'a' or 'b':\nFormatError: invalid JSON value at line 7 'secret={\u0001'\nHINT: x",
      ),
      "[FormatError] unable to load 'a' or 'b': FormatError: invalid JSON value at line 7",
    );
  });
});
