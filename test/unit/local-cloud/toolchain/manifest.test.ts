import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MANIFEST_VARIABLE, readManifest, writeManifest } from "../../../../local-cloud/toolchain/manifest";
import { imageNames } from "../../../../images/build/definitions";
import type { Toolchain } from "../../../../local-cloud/toolchain/index";

const images = Object.fromEntries(
  imageNames.map((name) => [name, { reference: `docker.io/lstm-pfd/${name}:1`, archive: "/images.tar" }]),
) as Toolchain["images"];
const charts = { certManager: "/charts/cert-manager", traefik: "/charts/traefik" };
const toolchain: Toolchain = {
  binDir: "/bin",
  plugins: { kubernetes: { executable: "/plugins/pulumi-resource-kubernetes", origin: "installed" } },
  images,
  charts,
  versions: { kubernetes: "1.36.3" },
};

describe("manifest", () => {
  let directory: string;
  const before = { ...process.env };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "manifest-"));
    process.env["LSTM_PFD_CACHE"] = directory;
    Reflect.deleteProperty(process.env, MANIFEST_VARIABLE);
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(directory, { recursive: true });
  });

  it("brings the toolchain to another process, always by the same path", async () => {
    const path = await writeManifest(toolchain);
    assert.equal(await writeManifest(toolchain), path);
    process.env[MANIFEST_VARIABLE] = path;
    assert.deepEqual(readManifest(), toolchain);
  });

  it("says how to run what was started without it", () => {
    assert.throws(readManifest, /LSTM_PFD_TOOLCHAIN is not set: run this through "npm run up"/);
  });

  it("says what to do when the file is gone or is none", () => {
    process.env[MANIFEST_VARIABLE] = join(directory, "gone.json");
    assert.throws(readManifest, /cannot be read .*run "npm run up" again/);
    process.env[MANIFEST_VARIABLE] = join(directory, "other.json");
    writeFileSync(join(directory, "other.json"), JSON.stringify({ binDir: "/bin" }));
    assert.throws(readManifest, /does not describe a whole toolchain/);
  });
});
