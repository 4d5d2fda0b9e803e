import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCheckpoint } from "../../../../jobs/models/checkpoint";
import { formatState } from "../../../../jobs/models/checkpointFormat";
import { sampleCheckpoint } from "../../images/application/sample";
import { legacyTorch, safetensors, safetensorsOf, torchZip, writeSparseZip } from "./sampleFormats";

describe("what a checkpoint's format says of it", () => {
  let directory: string;
  let standIn: Buffer;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "format-"));
    const file = join(directory, "stand-in");
    await writeCheckpoint(file, sampleCheckpoint());
    standIn = await readFile(file);
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  const said = async (name: string, content: Buffer): Promise<string> => {
    const file = join(directory, name);
    writeFileSync(file, content);
    const found = await formatState(file);
    if (found.state === "whole") return `whole ${found.format}`;
    return found.state === "unknown" ? `unknown: ${found.why}` : found.problem;
  };
  const cut = (content: Buffer, bytes: number): Buffer => content.subarray(0, content.length - bytes);
  const patched = (content: Buffer, offset: number, bytes: Buffer): Buffer => {
    const copy = Buffer.from(content);
    bytes.copy(copy, offset);
    return copy;
  };
  const zip = torchZip();
  const tensor = (dtype: string, shape: number[], data_offsets: number[]) => ({ dtype, shape, data_offsets });
  const cases: [what: string, name: string, content: () => Buffer, says: RegExp][] = [
    ["a zip archive of torch", "a.pth", () => zip, /^whole torch zip$/],
    ["one under another name", "a.bin", () => zip, /^whole torch zip$/],
    ["one without its last byte", "a.pth", () => cut(zip, 1), /^is cut off: the zip directory at its end/],
    ["one cut off at 60 %", "a.pth", () => cut(zip, zip.length * 0.4), /^is cut off: the zip directory/],
    [
      "one of which zeros came back",
      "a.pth",
      () => patched(zip, 200, Buffer.alloc(zip.length)),
      /^is cut off/,
    ],
    [
      "one with bytes after its end",
      "a.pth",
      () => Buffer.concat([zip, Buffer.from("more")]),
      /^is damaged: its zip directory/,
    ],
    [
      "one that lacks bytes in its middle",
      "a.pth",
      () => Buffer.concat([zip.subarray(0, 150), zip.subarray(160)]),
      /^is damaged: its zip directory does not fit/,
    ],
    [
      "one whose entry is not where the directory says",
      "a.pth",
      () => patched(zip, zip.indexOf("archive/data/0") - 30, Buffer.from("XX")),
      /^is damaged: .*invalid local file header signature/,
    ],
    [
      "one with an entry of another archive",
      "a.pth",
      () => patched(zip, zip.indexOf("archive/data/0"), Buffer.from("arch1ve")),
      /^is damaged: .*"arch1ve\/data\/0" lies where "archive\/data\/0" should/,
    ],
    [
      "one whose directory gives an entry more than the file has",
      "a.pth",
      () => {
        const sizes = Buffer.alloc(16);
        sizes.writeBigUInt64LE(2n ** 40n, 0);
        sizes.writeBigUInt64LE(2n ** 40n, 8);
        return patched(zip, zip.lastIndexOf("archive/data/0") + "archive/data/0".length + 4, sizes);
      },
      /^is damaged: .*overflows file bounds/,
    ],
    [
      "one whose entries overlap",
      "a.pth",
      () => {
        const sizes = Buffer.alloc(16);
        sizes.writeBigUInt64LE(350n, 0);
        sizes.writeBigUInt64LE(350n, 8);
        return patched(zip, zip.lastIndexOf("archive/data/0") + "archive/data/0".length + 4, sizes);
      },
      /^is damaged: "archive\/data\/0" and "archive\/data\/1" of its zip directory overlap/,
    ],
    ["one without entries behind a start", "a.pth", () => Buffer.from("PK\u0003\u0004"), /^is cut off/],
    ["its first two bytes", "a.pth", () => zip.subarray(0, 2), /^is cut off: 2 bytes/],
    ["nothing", "a.pt", () => Buffer.alloc(0), /^is empty/],
    ["zeros", "a.pth", () => Buffer.alloc(4096), /^is damaged: it begins with zeros/],

    ["safetensors", "a.safetensors", () => safetensors(), /^whole safetensors$/],
    ["safetensors without tensors", "a.safetensors", () => safetensors({}), /^whole safetensors$/],
    [
      "an empty tensor, a number by itself, half bytes, a type that is not known",
      "a.safetensors",
      () =>
        safetensorsOf(
          {
            a: tensor("F32", [0, 4], [0, 0]),
            b: tensor("F64", [], [0, 8]),
            c: tensor("F4", [3, 2], [8, 11]),
            d: tensor("F2", [9], [11, 12]),
          },
          12,
        ),
      /^whole safetensors$/,
    ],
    [
      "one without its last byte",
      "a.safetensors",
      () => cut(safetensors(), 1),
      /^is cut off: \d+ bytes instead of \d+/,
    ],
    ["one with a byte more", "a.safetensors", () => Buffer.concat([safetensors(), zip]), /^is too long/],
    ["one cut off in its header", "a.safetensors", () => safetensors().subarray(0, 40), /within its header/],
    [
      "one of five bytes",
      "a.safetensors",
      () => safetensors().subarray(0, 5),
      /^is cut off: 5 bytes, less than/,
    ],
    ["nothing as safetensors", "a.safetensors", () => Buffer.alloc(0), /^is cut off: 0 bytes/],
    ["zeros as safetensors", "a.safetensors", () => Buffer.alloc(99), /^is damaged: its header is not/],
    ["a header of 2 GB", "a.safetensors", () => Buffer.alloc(99, 0x77), /^is damaged: a header of \d+ bytes/],
    [
      "a gap between tensors",
      "a.safetensors",
      () => safetensorsOf({ a: tensor("U8", [4], [0, 4]), b: tensor("U8", [4], [5, 9]) }, 9),
      /^is damaged: the tensor "b" begins at 5 instead of 4/,
    ],
    [
      "a tensor that does not fit its shape",
      "a.safetensors",
      () => safetensorsOf({ a: tensor("F32", [4], [0, 15]) }, 15),
      /^is damaged: the tensor "a" has 15 bytes instead of 16/,
    ],
    [
      "a header of other things",
      "a.safetensors",
      () => safetensorsOf({ a: 1 }, 0),
      /is not that of safetensors/,
    ],
    ["a header that is a list", "a.safetensors", () => safetensorsOf([], 0), /is not that of safetensors/],

    ["the stand-in's", "a.pth", () => standIn, /^whole stand-in$/],
    [
      "the stand-in's without its last byte",
      "a.pth",
      () => cut(standIn, 1),
      /^is truncated: \d+ bytes instead/,
    ],
    ["the stand-in's first bytes", "a.pth", () => standIn.subarray(0, 6), /^is cut off: 6 bytes/],
    [
      "the stand-in's with another weight",
      "a.pth",
      () => patched(standIn, standIn.length - 40, Buffer.from([1, 2, 3])),
      /^is damaged: its checksum does not fit its content/,
    ],

    ["torch's format before 1.6", "a.pth", () => legacyTorch, /^unknown: torch's format before 1\.6/],
    ["the first bytes of that", "a.pth", () => legacyTorch.subarray(0, 9), /^is cut off: 9 bytes/],
    ["what is no format", "a.pth", () => Buffer.from("weights"), /^unknown: no format that is known here/],
    ["settings", "config.yaml", () => Buffer.from("lr: 1"), /^unknown: no format/],
    ["an empty file that is no checkpoint", "train.lock", () => Buffer.alloc(0), /^unknown: no format/],
  ];
  for (const [what, name, content, says] of cases)
    it(`${what}: ${says.source}`, async () => {
      assert.match(await said(name, content()), says);
    });

  it("an archive of 6 GiB that takes no room, without reading it", async () => {
    const file = join(directory, "large.pth");
    writeSparseZip(file, 6 * 1024 ** 3);
    assert.ok((await stat(file)).blocks * 512 < 1024 ** 2);
    const start = Date.now();
    assert.deepEqual(await formatState(file), { state: "whole", format: "torch zip" });
    assert.ok(Date.now() - start < 2000);
  });

  it("fails as the file system does when the file is not there", async () => {
    await assert.rejects(formatState(join(directory, "gone.pth")), /ENOENT/);
  });
});
