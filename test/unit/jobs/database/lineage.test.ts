import assert from "node:assert/strict";
import { committedKey } from "../../../../jobs/database/committedRecord";
import { type Lineage, observeLineage } from "../../../../jobs/database/lineage";
import type { StanzaInfo } from "../../../../jobs/database/stanzaInfo";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { baseBackup, committedRecord, stanzaInfo } from "./samples";

const generation = "generation-0001";
const repository = `wal/${generation}/repository`;
const full = "20260101-000000F";
const later = "20260101-000000F_20260101-040000I";

describe("lineage", () => {
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
  const observe = (wantedLabel = ""): Promise<Lineage> =>
    observeLineage({ storage: store.storage, info: () => info(), generation, wantedLabel });
  const reasonFor = async (state: "damaged" | "unreadable"): Promise<string> => {
    const lineage = await observe();
    assert.equal(lineage.state, state);
    return `${lineage.reason}; ${lineage.remedy}`;
  };

  it("is none where certainly nothing is, and pgBackRest is not asked", async () => {
    put("wal/generation-0002/committed/x.json");
    info = () => Promise.reject(new Error("asked"));
    assert.deepEqual(await observe(), { state: "none", location: "s3://backups/wal/generation-0001/" });
  });

  it("is the newest committed backup, with its record", async () => {
    fill();
    const lineage = await observe();
    assert.equal(lineage.state, "committed");
    assert.equal(lineage.label, later);
    assert.equal(lineage.archiveId, "15-1");
    assert.deepEqual(lineage.record, committedRecord(later));
  });

  it("is the backup that an operator wants, committed or not", async () => {
    fill();
    store.objects.delete(committedKey(generation, full));
    const lineage = await observe(full);
    assert.equal(lineage.state, "committed");
    assert.equal(lineage.label, full);
    assert.equal(lineage.record, undefined);
  });

  it("lists what there is when the wanted backup is not", async () => {
    fill();
    const lineage = await observe("20251231-000000F");
    assert.equal(lineage.state, "damaged");
    assert.match(lineage.reason, /does not list base backup 20251231-000000F/);
    assert.match(lineage.remedy, /listed: 20260101-000000F, 20260101-000000F_20260101-040000I/);
  });

  it("is uncommitted where objects are, but no committed record", async () => {
    put(`${repository}/archive/main/archive.info`);
    const lineage = await observe();
    assert.equal(lineage.state, "uncommitted");
    assert.match(lineage.what, /archive\.info is one/);
  });

  it("is damaged where everything was deleted", async () => {
    put(committedKey(generation, full));
    await store.storage.remove(committedKey(generation, full));
    assert.match(await reasonFor("damaged"), /held backups that were deleted .*remove their delete markers/);
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

  it("is damaged when a committed record cannot be read", async () => {
    fill();
    put(committedKey(generation, later), "{");
    assert.match(await reasonFor("damaged"), /committed record s3:.*040000I\.json cannot be read/);
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
