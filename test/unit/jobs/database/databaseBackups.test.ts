import assert from "node:assert/strict";
import { committedKey } from "../../../../jobs/database/committedRecord";
import { type BasesFound, findBases, recordOf } from "../../../../jobs/database/databaseBackups";
import type { StanzaInfo } from "../../../../jobs/database/stanzaInfo";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { baseBackup, chainOfOne, committedRecord, stanzaInfo } from "./samples";

const generation = 1;
const repository = "wal/generation-0001/repository";
const full = "20260101-000000F";
const later = "20260101-000000F_20260101-040000I";

describe("base backups along a chain", () => {
  let store: FakeObjectStore;
  let info: () => Promise<StanzaInfo>;

  beforeEach(async () => {
    store = await startFakeObjectStore();
    info = () =>
      Promise.resolve(
        stanzaInfo([baseBackup(), baseBackup({ label: later, type: "incr", references: [full] })]),
      );
  });
  afterEach(() => store.close());

  const put = (key: string, text = ""): void => void store.objects.set(key, Buffer.from(text));
  const commit = (label: string): void => {
    put(committedKey(generation, label), JSON.stringify(committedRecord(label)));
  };
  const fill = (): void => {
    for (const kind of ["archive", "backup"])
      for (const copy of ["", ".copy"]) put(`${repository}/${kind}/main/${kind}.info${copy}`);
    commit(full);
    commit(later);
  };
  const observe = (wantedLabel = ""): Promise<BasesFound> =>
    findBases({ storage: store.storage, info: () => info(), chain: chainOfOne(), wantedLabel });
  const reasonFor = async (state: "damaged" | "unreadable"): Promise<string> => {
    const found = await observe();
    assert.equal(found.state, state);
    return `${found.reason}; ${found.remedy}`;
  };

  it("are the committed ones, the newest first, with its record", async () => {
    fill();
    const found = await observe();
    assert.equal(found.state, "committed");
    assert.deepEqual(
      found.bases.map(({ label, generation: of, archiveId }) => [label, of, archiveId]),
      [
        [later, 1, "15-1"],
        [full, 1, "15-1"],
      ],
    );
    assert.deepEqual(await recordOf(store.storage, found.bases[0]), committedRecord(later));
  });

  it("are the one that an operator wants, committed or not", async () => {
    fill();
    store.objects.delete(committedKey(generation, full));
    const found = await observe(full);
    assert.equal(found.state, "committed");
    assert.deepEqual(
      found.bases.map(({ label, committed }) => [label, committed]),
      [[full, false]],
    );
    assert.equal(await recordOf(store.storage, found.bases[0]), undefined);
  });

  it("are listed when the wanted one is not there", async () => {
    fill();
    const found = await observe("20251231-000000F");
    assert.equal(found.state, "damaged");
    assert.match(found.reason, /no base backup 20251231-000000F that leads to the head/);
    assert.match(found.remedy, /listed: 20260101-000000F, 20260101-000000F_20260101-040000I/);
  });

  const forked = {
    generation: 2,
    timeline: 2,
    stretches: [
      { timeline: 1, generation: 1, archiveId: "15-1", from: 0, end: 4, position: "0/4000100" },
      { timeline: 2, generation: 2, archiveId: "15-1", from: 4, end: undefined, position: undefined },
    ],
  };
  const ends: [lsnStop: string, counts: boolean][] = [
    ["0/4000100", true],
    ["0/4000101", false],
  ];
  for (const [lsnStop, counts] of ends)
    it(`${counts ? "count" : "do not count"} when they ended at ${lsnStop}, and the fork is at 0/4000100`, async () => {
      fill();
      const found = await findBases({
        storage: store.storage,
        info: () =>
          Promise.resolve(stanzaInfo([baseBackup(), baseBackup({ label: later, type: "incr", lsnStop })])),
        chain: forked,
        wantedLabel: "",
      });
      assert.equal(found.state, "committed");
      assert.equal(found.bases[0].label, counts ? later : full);
    });

  it("are not offered when they ended past the fork", async () => {
    fill();
    const found = await findBases({
      storage: store.storage,
      info: () =>
        Promise.resolve(
          stanzaInfo([baseBackup(), baseBackup({ label: later, type: "incr", lsnStop: "0/4000101" })]),
        ),
      chain: forked,
      wantedLabel: later,
    });
    assert.equal(found.state, "damaged");
    assert.match(found.remedy, /listed: 20260101-000000F\)/);
  });

  it("is uncommitted where objects are, but no committed record", async () => {
    put(`${repository}/archive/main/archive.info`);
    put(`${repository}/backup/main/backup.info`);
    info = () => Promise.resolve(stanzaInfo([]));
    const found = await observe();
    assert.equal(found.state, "uncommitted");
    assert.match(found.what, /no base backup/);
  });

  it("is damaged without backup.info and its copy, and names it", async () => {
    fill();
    store.objects.delete(`${repository}/backup/main/backup.info`);
    assert.equal((await observe()).state, "committed", "the copy is enough");
    store.objects.delete(`${repository}/backup/main/backup.info.copy`);
    assert.match(
      await reasonFor("damaged"),
      /s3:\/\/backups\/wal\/generation-0001\/repository\/backup\/main\/backup\.info/,
    );
  });

  it("is damaged when the repository does not know the committed backup", async () => {
    fill();
    info = () => Promise.resolve(stanzaInfo([]));
    assert.match(
      await reasonFor("damaged"),
      /does not list base backup .*I, although its committed record exists/,
    );
  });

  it("have records that must be readable", async () => {
    fill();
    put(committedKey(generation, later), "{");
    const found = await observe();
    assert.equal(found.state, "committed");
    await assert.rejects(
      recordOf(store.storage, found.bases[0]),
      /committed record s3:.*040000I\.json cannot be read/,
    );
  });

  it("is damaged when pgBackRest cannot read its info files", async () => {
    fill();
    info = () =>
      Promise.resolve(
        stanzaInfo([], { code: 99, message: "[FormatError] unable to load 'x':\nFormatError: at line 7 y" }),
      );
    assert.match(await reasonFor("damaged"), /unable to load 'x': FormatError: at line 7 \(status 99\)/);
  });

  it("is unreadable with a wrong passphrase, and says so", async () => {
    fill();
    for (const message of [
      "[CryptoError] unable to flush",
      "x\nFormatError: key/value found outside of section at line 1: \u0001",
    ]) {
      info = () => Promise.resolve(stanzaInfo([], { code: 99, message }));
      assert.match(await reasonFor("unreadable"), /cannot be deciphered.*passphrase/);
    }
  });

  it("is unreadable with keys that pgBackRest's requests are refused for", async () => {
    fill();
    info = () =>
      Promise.resolve(
        stanzaInfo([], { code: 99, message: "[ProtocolError] HTTP request failed with 403 (Forbidden)" }),
      );
    assert.match(await reasonFor("unreadable"), /PGBACKREST_REPO1_S3_KEY/);
  });

  it("is unreadable, in S3's own matter, when that says more than the status", async () => {
    fill();
    const message =
      "[ProtocolError] HTTP request failed with 403 (Forbidden):\n*** Response Content ***:\n<Error><Code>RequestTimeTooSkewed</Code></Error>";
    info = () => Promise.resolve(stanzaInfo([], { code: 99, message }));
    assert.match(await reasonFor("unreadable"), /the clock of this node differs by more than 15 minutes/);
  });

  it("is unreadable when the object store refuses, at whatever request", async () => {
    fill();
    const requests = store.requests;
    await observe();
    const count = requests.length;
    for (let refused = 0; refused < count; refused += 1) {
      let number = 0;
      store.fault = () => (number++ === refused ? 403 : undefined);
      assert.match(await reasonFor("unreadable"), /access was denied/, `request ${refused}`);
    }
  });

  it("is unreadable when pgBackRest cannot be asked", async () => {
    fill();
    info = () => Promise.reject(new Error("pgbackrest info: no end after 60 s"));
    assert.match(await reasonFor("unreadable"), /no end after 60 s/);
  });
});
