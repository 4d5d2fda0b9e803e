import assert from "node:assert/strict";
import { parseDumpManifest, rowDifferences, tableKey } from "../../../../jobs/dumps/dumpManifest";
import { sampleManifest as sample } from "./samples";

describe("the manifest of a dump", () => {
  it("comes back as what it was", () => {
    assert.deepEqual(parseDumpManifest(JSON.stringify(sample)), sample);
  });

  const [file] = sample.files;
  for (const [what, text, message] of [
    ["no JSON", "{", /JSON|Expected|Unexpected/],
    ["nothing", "null", /it is no object/],
    [
      "of a later format",
      JSON.stringify({ ...sample, format: 2 }),
      /its format is 2, and this version reads format 1/,
    ],
    ["without a position", JSON.stringify({ ...sample, walPosition: undefined }), /no field "walPosition"/],
    ["of another archive", JSON.stringify({ ...sample, archive: "tar" }), /its archive is "tar"/],
    ["without tables", JSON.stringify({ ...sample, tables: undefined }), /no list "tables"/],
    [
      "with rows that are none",
      JSON.stringify({ ...sample, tables: [{ name: "a", rows: -1 }] }),
      /no name or rows/,
    ],
    ["without files", JSON.stringify({ ...sample, files: [] }), /names no file/],
    ["without globals", JSON.stringify({ ...sample, globals: undefined }), /has no parts/],
    [
      "with a path that leads out",
      JSON.stringify({ ...sample, files: [{ ...file, path: "../../wal/lineage" }] }),
      /has no path, size or checksum/,
    ],
    [
      "with a part without checksum",
      JSON.stringify({
        ...sample,
        files: [{ ...file, parts: [{ path: "dump.00001", sizeBytes: 1, sha256: "" }] }],
      }),
      /the file "dump\.00001"/,
    ],
  ] as const)
    it(`is refused when it is one ${what}`, () => {
      assert.throws(() => parseDumpManifest(text), message);
    });
});

describe("tables of a dump", () => {
  for (const [schema, table, key] of [
    ["public", "experiments", "public.experiments"],
    ["public", "user", "public.user"],
    ["public", "My Table", 'public."My Table"'],
    ["a.b", 'say "no"', '"a.b"."say ""no"""'],
  ] as const)
    it(`are called ${key}`, () => {
      assert.equal(tableKey(schema, table), key);
    });

  it("are compared row by row", () => {
    assert.deepEqual(rowDifferences({ a: 1, b: 0 }, { b: 0, a: 1 }), []);
    // Made with --exclude-table-data.
    assert.deepEqual(rowDifferences({ a: 1 }, { a: 1, b: 0 }), []);
    assert.deepEqual(rowDifferences({ a: 1, b: 0 }, { a: 1 }), [
      "b is not there, and has 0 rows in the dump",
    ]);
    assert.deepEqual(rowDifferences({ a: 1, b: 2, c: 3 }, { a: 1, b: 1, d: 4 }), [
      "b has 1 rows instead of 2",
      "c is not there, and has 3 rows in the dump",
      "d is there with 4 rows, and not in the dump",
    ]);
  });
});
