import assert from "node:assert/strict";
import {
  fileBehind,
  isSnapshotName,
  parseManifest,
  sameFiles,
  snapshotKeys,
  snapshotName,
  snapshotTime,
} from "../../../../jobs/models/modelManifest";

const sha256 = "a".repeat(64);
const manifest = {
  backup_name: "models-20260102-030405",
  timestamp: "2026-01-02T03:04:05.000Z",
  model_file: "best_model.pth",
  files: [{ path: "sub/best_model.pth", sizeBytes: 3, sha256 }],
  total_bytes: 3,
};

describe("model manifest", () => {
  it("names snapshots by their time, in UTC, and finds the time again", () => {
    const time = new Date("2026-01-02T03:04:05.678Z");
    assert.equal(snapshotName(time), "models-20260102-030405");
    assert.deepEqual(snapshotTime("models-20260102-030405"), new Date("2026-01-02T03:04:05Z"));
    assert.ok(isSnapshotName(snapshotName(time)));
    assert.ok(!isSnapshotName("latest"));
  });

  it("knows the keys of a snapshot", () => {
    const keys = snapshotKeys("models-20260102-030405");
    assert.equal(keys.manifest, "models/models-20260102-030405/manifest.json");
    assert.equal(keys.committed, "models/models-20260102-030405/committed.json");
    assert.equal(keys.file("a/b.pth"), "models/models-20260102-030405/checkpoints/a/b.pth");
  });

  it("is read back as it was written", () => {
    assert.deepEqual(parseManifest(JSON.stringify(manifest)), manifest);
  });

  const file = manifest.files[0];
  const broken: [string, unknown, RegExp][] = [
    ["what is not JSON", undefined, /not JSON/],
    ["null", null, /no field "backup_name"/],
    ["no files", { ...manifest, files: [] }, /lists no files/],
    ["the manifest of an older system", { backup_name: "x", retention_days: 30 }, /no field "model_file"/],
    [
      "a path that leaves the directory",
      { ...manifest, files: [{ ...file, path: "../x" }] },
      /path "\.\.\/x"/,
    ],
    ["an absolute path", { ...manifest, files: [{ ...file, path: "/etc/passwd" }] }, /path "\/etc\/passwd"/],
    [
      "no checksum",
      { ...manifest, files: [{ ...file, sha256: "" }] },
      /no size or checksum of sub\/best_model\.pth/,
    ],
    ...(
      [
        ["to the outside", "last.ckpt", "../x"],
        ["to an absolute path", "last.ckpt", "/etc/passwd"],
        ["to what the snapshot does not hold", "last.ckpt", "sub/other.pth"],
        ["from the outside", "../last.ckpt", "sub"],
        ["that something else has the name of", "sub/best_model.pth", "sub/best_model.pth"],
        ["that files lie behind", "sub", "sub/best_model.pth"],
      ] as const
    ).map(([what, path, target]): [string, unknown, RegExp] => [
      `a link ${what}`,
      { ...manifest, links: [{ path, target }] },
      /it lists /,
    ]),
    ["links that are no list", { ...manifest, links: "last.ckpt" }, /"links" is no list/],
    ["a size that is none", { ...manifest, files: [{ ...file, sizeBytes: -1 }] }, /no size or checksum/],
  ];
  for (const [what, content, message] of broken)
    it(`refuses ${what}`, () => {
      assert.throws(() => parseManifest(content === undefined ? "{" : JSON.stringify(content)), message);
    });

  it("compares files in whatever order", () => {
    const one = { path: "a", sizeBytes: 1, sha256 };
    const two = { path: "b", sizeBytes: 2, sha256 };
    assert.ok(sameFiles({ files: [one, two] }, { files: [two, one] }));
    for (const files of [[one, two], [{ ...one, sha256: "b".repeat(64) }], [{ ...one, path: "c" }]])
      assert.ok(!sameFiles({ files: [one] }, { files }));
    const links = [{ path: "last", target: "a" }];
    assert.ok(!sameFiles({ files: [one] }, { files: [one], links }));
    assert.ok(sameFiles({ files: [one], links }, { files: [one], links }));
    assert.ok(!sameFiles({ files: [one], links }, { files: [one], links: [{ path: "last", target: "b" }] }));
  });

  it("leads through a link to the file behind it", () => {
    const links = [{ path: "last.ckpt", target: manifest.files[0]?.path ?? "" }];
    assert.equal(fileBehind({ ...manifest, links }, "last.ckpt"), manifest.files[0]);
    assert.equal(fileBehind(manifest, manifest.files[0]?.path ?? ""), manifest.files[0]);
    assert.equal(fileBehind(manifest, "last.ckpt"), undefined);
  });
});
