import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Builder } from "../../../../images/build/builder";
import { imageNames, imageReference } from "../../../../images/build/definitions";
import type { ImageSet } from "../../../../images/build/imageSet";
import type { MadeImage } from "../../../../images/build/makeImages";
import {
  programsHash,
  type SavedImages,
  saveImages,
  takeSavedImages,
} from "../../../../images/build/savedImages";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A builder whose images are a text each. */
function fakeBuilder(contents: (reference: string) => string): Pick<Builder, "name" | "writeLayout"> {
  return {
    name: "buildah",
    writeLayout: (references, layout) => {
      mkdirSync(join(layout, "blobs", "sha256"), { recursive: true });
      const manifests = references.map((reference) => {
        const digest = sha256(contents(reference));
        writeFileSync(join(layout, "blobs", "sha256", digest), contents(reference));
        return {
          digest: `sha256:${digest}`,
          annotations: { "org.opencontainers.image.ref.name": reference },
        };
      });
      writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
      return Promise.resolve();
    },
  };
}

const made: MadeImage[] = imageNames.map((name) => ({
  name,
  reference: imageReference(name, "0123456789ab-labelled"),
  id: sha256(name),
  contents: name === "redis" ? { redis: "7.0.15" } : {},
}));

describe("saved images", () => {
  const { signal } = new AbortController();
  const silent = (): void => undefined;
  let root: string;
  let directory: string;
  let cacheBefore: string | undefined;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "saved-"));
    directory = join(root, "images");
    cacheBefore = process.env["LSTM_PFD_CACHE"];
    process.env["LSTM_PFD_CACHE"] = join(root, "cache");
  });
  afterEach(() => {
    if (cacheBefore === undefined) delete process.env["LSTM_PFD_CACHE"];
    else process.env["LSTM_PFD_CACHE"] = cacheBefore;
    rmSync(root, { recursive: true });
  });

  let runs = 0;
  function save(contents = (reference: string): string => reference): Promise<SavedImages> {
    const scratch = join(root, `scratch-${runs++}`);
    mkdirSync(scratch);
    const builder = fakeBuilder(contents) as Builder;
    return saveImages(
      builder,
      { scratch, sources: "", signal },
      made,
      { directory, programs: "one" },
      silent,
    );
  }
  const take = (programs = "one"): Promise<ImageSet> => takeSavedImages(directory, programs, signal, silent);

  it("are two archives and their list, named by what they hold", async () => {
    const { images, archives } = await save();
    const files = readdirSync(directory).sort();
    assert.deepEqual(files, [...Object.keys(archives), "images.json"].sort());
    const { reference, digest, archive, contents } = images["redis"] ?? assert.fail();
    assert.equal(digest, `sha256:${sha256(imageReference("redis", "0123456789ab-labelled"))}`);
    assert.equal(reference, imageReference("redis", digest.slice(7, 19)));
    assert.match(archive, /^platform-[0-9a-f]{12}\.tar$/);
    assert.match(images["pause"]?.archive ?? "", /^cluster-[0-9a-f]{12}\.tar$/);
    assert.deepEqual(contents, { redis: "7.0.15" });
  });

  it("are the same files when the same is saved twice", async () => {
    const first = await save();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.deepEqual(await save(), first);
  });

  it("take the place of earlier ones, and of what a killed run has left", async () => {
    await save();
    writeFileSync(join(directory, ".unfinished-platform.tar"), "half");
    writeFileSync(join(directory, "notes.txt"), "mine");
    const { archives } = await save((reference) => `${reference} anew`);
    assert.deepEqual(
      readdirSync(directory).sort(),
      [...Object.keys(archives), "images.json", "notes.txt"].sort(),
    );
  });

  it("stay as they were where a run fails in the middle", async () => {
    const before = await save();
    const failing = save((reference) => {
      if (reference.includes("traefik")) throw new Error("no space left on device");
      return `${reference} anew`;
    });
    await assert.rejects(failing, /no space left/);
    assert.deepEqual(JSON.parse(readFileSync(join(directory, "images.json"), "utf8")), before);
    await take();
  });

  it("are taken into the cache, and used from there", async () => {
    const { images } = await save();
    const { references, archives } = await take();
    rmSync(join(directory, images["redis"]?.archive ?? ""));
    assert.equal(references.redis, images["redis"]?.reference);
    assert.ok(archives.redis.startsWith(join(root, "cache")));
    assert.ok(existsSync(archives.redis));
    assert.notEqual(archives.redis, archives.pause);
    assert.deepEqual((await take()).archives, archives);
  });

  function edit(change: (list: SavedImages & { images: Record<string, unknown> }) => unknown): void {
    const path = join(directory, "images.json");
    const list = JSON.parse(readFileSync(path, "utf8")) as SavedImages;
    writeFileSync(path, JSON.stringify(change(list)));
  }

  for (const [what, spoil, message] of [
    [
      "an archive has a byte more",
      () => {
        const file = readdirSync(directory).find((name) => name.startsWith("platform")) ?? "";
        appendFileSync(join(directory, file), "x");
      },
      /platform-.*\.tar has SHA-256 .*, but images\.json says .*: it was changed or not copied whole/,
    ],
    [
      "an archive is missing",
      () => {
        rmSync(join(directory, readdirSync(directory).find((name) => name.startsWith("cluster")) ?? ""));
      },
      /ENOENT/,
    ],
    [
      "there is no list",
      () => {
        rmSync(join(directory, "images.json"));
      },
      /images\.json cannot be read .*: name a directory that "npm run images -- --save DIR" has written/,
    ],
    [
      "the list is cut off",
      () => {
        writeFileSync(join(directory, "images.json"), "{");
      },
      /images\.json is not JSON/,
    ],
    [
      "the list is of another version",
      () => {
        edit((list) => ({ ...list, version: 2 }));
      },
      /no list of images that this version of the project knows/,
    ],
    [
      "an image is missing",
      () => {
        edit(({ images, ...list }) => ({
          ...list,
          images: Object.fromEntries(Object.entries(images).filter(([name]) => name !== "redis")),
        }));
      },
      /does not name image redis/,
    ],
    [
      "the list leads out of the directory",
      () => {
        edit((list) => ({ ...list, archives: { "../x.tar": "0".repeat(64) } }));
      },
      /names files that are no archives/,
    ],
    [
      "an archive holds another image than the list says",
      () => {
        edit(({ images, ...list }) => ({
          ...list,
          images: { ...images, redis: { ...images["redis"], digest: `sha256:${"0".repeat(64)}` } },
        }));
      },
      /holds docker\.io\/lstm-pfd\/redis:.* as sha256:.*, but images\.json says sha256:000/,
    ],
  ] as const)
    it(`are refused where ${what}, and nothing of them stays`, async () => {
      await save();
      spoil();
      await assert.rejects(take(), message);
      const entries = existsSync(join(root, "cache")) ? readdirSync(join(root, "cache")) : [];
      assert.deepEqual(
        entries.filter((name) => name.startsWith("given-images")),
        [],
      );
    });

  it("are refused where they hold other programs", async () => {
    await save();
    await assert.rejects(take("two"), /hold other programs \(one\) than this checkout \(two\)/);
  });

  it("tell their programs by their bytes", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const hash = (text: string): string =>
      programsHash({ commands: { "a.js": bytes(text) }, application: {} });
    assert.equal(hash("one"), hash("one"));
    assert.notEqual(hash("one"), hash("two"));
  });
});
