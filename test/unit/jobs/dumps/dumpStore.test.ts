import assert from "node:assert/strict";
import { describeDumps } from "../../../../jobs/dumps/describeDumps";
import type { DumpManifest } from "../../../../jobs/dumps/dumpManifest";
import { listDumps, manifestSha256, manifestText, readCommittedDump } from "../../../../jobs/dumps/dumpStore";
import { expireDumps } from "../../../../jobs/dumps/expireDumps";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { sampleManifest } from "./samples";

const silent = (): void => undefined;

describe("dumps in the bucket", () => {
  let store: FakeObjectStore;

  const put = (key: string, text: string): void => void store.objects.set(`db/${key}`, Buffer.from(text));
  const name = (day: string): string => `backup-2026-01-${day}-020000`;

  /** A dump as dump-database leaves it. */
  const dump = (
    day: string,
    {
      rows = 40,
      committed = true,
      ...other
    }: { rows?: number; committed?: boolean } & Partial<DumpManifest> = {},
  ): void => {
    const tables = sampleManifest.tables.map((table) => ({ ...table, rows }));
    const text = manifestText({ ...sampleManifest, name: name(day), tables, ...other });
    put(`${name(day)}/begun.json`, "{}");
    for (const file of [sampleManifest.files[0], sampleManifest.globals])
      for (const { path, sizeBytes } of file?.parts ?? []) put(`${name(day)}/${path}`, "s".repeat(sizeBytes));
    put(`${name(day)}/manifest.json`, text);
    if (!committed) return;
    const record = {
      name: name(day),
      checkedAt: "2026-01-15T02:10:00Z",
      manifestSha256: manifestSha256(text),
    };
    put(`${name(day)}/committed.json`, JSON.stringify(record));
  };

  beforeEach(async () => {
    store = await startFakeObjectStore();
    store.now = () => new Date("2026-01-20T05:15:00Z");
  });
  afterEach(() => store.close());

  it("are listed by name, with their size, and nothing that is none", async () => {
    dump("15");
    dump("14", { committed: false });
    put("backup-2026-01-13.sql.gz", "plain");
    put("backup-2026-01-13.sql.gz.part", "no dump");
    put("notes/readme.txt", "no dump");
    const listed = await listDumps(store.storage);
    assert.deepEqual(
      listed.map((each) => [each.name, each.layout, each.committed, each.objects.length]),
      [
        ["backup-2026-01-13.sql.gz", "plain", false, 1],
        [name("14"), "own", false, 4],
        [name("15"), "own", true, 5],
      ],
    );
    assert.equal(listed[0]?.sizeBytes, 5);
  });

  for (const [what, change, message] of [
    [
      "was never committed",
      () => store.objects.delete(`db/${name("15")}/committed.json`),
      /was never committed/,
    ],
    [
      "lost its manifest",
      () => store.objects.delete(`db/${name("15")}/manifest.json`),
      /manifest\.json is missing/,
    ],
    [
      "got another manifest",
      () => {
        put(`${name("15")}/manifest.json`, manifestText(sampleManifest));
      },
      /not the manifest that was checked/,
    ],
    [
      "has the record of another one",
      () => {
        put(
          `${name("15")}/committed.json`,
          JSON.stringify({ name: name("14"), checkedAt: "", manifestSha256: "" }),
        );
      },
      /its record is that of backup-2026-01-14/,
    ],
    [
      "has a record that is empty",
      () => {
        put(`${name("15")}/committed.json`, "");
      },
      /does not count/,
    ],
  ] as const)
    it(`do not count where one ${what}`, async () => {
      dump("15");
      assert.equal((await readCommittedDump(store.storage, name("15"))).name, name("15"));
      change();
      await assert.rejects(readCommittedDump(store.storage, name("15")), message);
    });

  it("are told to a person, each with what is known of it", async () => {
    dump("14");
    dump("15");
    dump("16", { committed: false });
    dump("17");
    put(`${name("15")}/manifest.json`, "{");
    put(`${name("17")}/dump.00001`, "cut off");
    put("backup-2026-01-13.sql.gz", "plain");
    const { dumps } = await describeDumps(store.storage);
    assert.deepEqual(
      dumps.map(({ name: each, state, rows }) => [each.slice(7, 17), state, rows]),
      [
        ["2026-01-13", "plain", null],
        ["2026-01-14", "read back", 80],
        ["2026-01-15", "does not count", null],
        ["2026-01-16", "not committed", null],
        ["2026-01-17", "does not count", null],
      ],
    );
  });

  it("are marked when two newer good ones are there, and only then; those of the runbook never", async () => {
    put("backup-2025-01-01.sql.gz", "plain");
    for (const day of ["11", "12", "13"]) dump(day);
    dump("14", { rows: 0 });
    dump("15", { committed: false });
    const report = await expireDumps(store.storage, silent);
    assert.deepEqual(report.superseded, [name("11")]);
    assert.equal(store.tags.get(`db/${name("11")}/dump.00001`), "superseded=true");
    assert.equal(store.tags.get(`db/${name("12")}/dump.00001`), "superseded=false");
    assert.equal(store.tags.get("db/backup-2025-01-01.sql.gz"), undefined);
    // The newest one is withdrawn: what it had replaced is needed again.
    for (const key of store.objects.keys()) if (key.includes(name("13"))) store.objects.delete(key);
    await expireDumps(store.storage, silent);
    assert.equal(store.tags.get(`db/${name("11")}/dump.00001`), "superseded=false");
  });

  for (const [what, damage] of [
    ["cut off at 60 %", (key: string) => store.objects.set(key, Buffer.alloc(3060))],
    ["empty", (key: string) => store.objects.set(key, Buffer.alloc(0))],
    ["without one of its objects", (key: string) => store.objects.delete(key)],
  ] as const)
    it(`replace no good one where one is ${what}`, async () => {
      for (const day of ["11", "12", "13"]) dump(day);
      damage(`db/${name("13")}/dump.00001`);
      const report = await expireDumps(store.storage, silent);
      assert.deepEqual(report.superseded, []);
      assert.equal(store.tags.get(`db/${name("11")}/dump.00001`), "superseded=false");
    });

  it("are left alone when there is no good one, or the store does not answer", async () => {
    dump("11", { rows: 0 });
    dump("12", { committed: false });
    await assert.rejects(
      expireDumps(store.storage, silent),
      /no dump that was read back, is whole and holds rows/,
    );
    dump("13");
    dump("14");
    store.fault = (method, key) =>
      method === "GET" && key.endsWith("14-020000/manifest.json") ? 403 : undefined;
    await assert.rejects(expireDumps(store.storage, silent), /access was denied/);
    assert.equal(store.tags.size, 0);
  });
});
