import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withImageNames } from "../../../../images/build/ociLayout";
import {
  goesIntoImage,
  imageDefinitions,
  imageHashes,
  imageNames,
  imageReference,
} from "../../../../images/build/definitions";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("images", () => {
  let sources: string;
  beforeEach(() => {
    sources = mkdtempSync(join(tmpdir(), "images-"));
    for (const folder of ["operations", "postgres", "application", "redis", "coredns", "pause"]) {
      mkdirSync(join(sources, folder));
      writeFileSync(join(sources, folder, "Dockerfile"), `FROM ${folder}`);
    }
  });
  afterEach(() => {
    rmSync(sources, { recursive: true });
  });

  function hashes(command = "one", application = "one"): Record<string, string> {
    const bundles = {
      commands: { "verify.js": bytes(command) },
      application: { "application.js": bytes(application) },
    };
    return imageHashes(imageDefinitions(bundles), sources, (name) => name);
  }

  function changed(before: Record<string, string>, after: Record<string, string>): string[] {
    return imageNames.filter((name) => before[name] !== after[name]);
  }

  it("all have a hash of twelve digits", () => {
    const all = hashes();
    for (const name of imageNames) assert.match(all[name] ?? "", /^[0-9a-f]{12}$/);
  });

  it("keep their hashes while nothing changes", () => {
    assert.deepEqual(hashes(), hashes());
  });

  const edits: [string, () => void, string[]][] = [
    [
      "a Dockerfile",
      () => {
        write("redis/Dockerfile", "FROM other");
      },
      ["redis"],
    ],
    [
      "a new script",
      () => {
        write("postgres/start", "#!/bin/sh");
      },
      ["postgres"],
    ],
    [
      "the base's Dockerfile",
      () => {
        write("operations/Dockerfile", "FROM other");
      },
      ["operations", "postgres", "application"],
    ],
    [
      "a README",
      () => {
        write("postgres/README.md", "text");
      },
      [],
    ],
    [
      "a source that goes in as a bundle",
      () => {
        write("application/src/main.ts", "// text");
      },
      [],
    ],
  ];
  function write(path: string, text: string): void {
    mkdirSync(join(sources, path, ".."), { recursive: true });
    writeFileSync(join(sources, path), text);
  }
  for (const [what, edit, expected] of edits) {
    it(`change with ${what}: ${expected.join(", ") || "none"}`, () => {
      const before = hashes();
      edit();
      assert.deepEqual(changed(before, hashes()), expected);
    });
  }

  it("change with a command: those that carry commands", () => {
    assert.deepEqual(changed(hashes(), hashes("two")), ["operations", "postgres"]);
  });

  it("change with the application: that one only", () => {
    assert.deepEqual(changed(hashes(), hashes("one", "two")), ["application"]);
  });

  it("come after their base in the order of building", () => {
    const definitions = imageDefinitions({ commands: {}, application: {} });
    const built = new Set<string>(["base"]);
    for (const { name, base } of definitions) {
      if (base) assert.ok(built.has(base), `${name} comes before ${base}`);
      built.add(name);
    }
    for (const name of imageNames) assert.ok(built.has(name));
  });

  it("have full names", () => {
    assert.equal(imageReference("redis", "0123456789ab"), "docker.io/lstm-pfd/redis:0123456789ab");
  });

  it("leave documents and sources out of the build", () => {
    const paths = ["Dockerfile", "bin/start", "README.md", "src", "src/main.ts"];
    assert.deepEqual(paths.filter(goesIntoImage), ["Dockerfile", "bin/start"]);
  });

  it("carry their full names in the archive where containerd looks for them", () => {
    const name = "docker.io/lstm-pfd/redis:0123456789ab";
    const manifest = { annotations: { "org.opencontainers.image.ref.name": name, kept: "yes" } };
    const [named, unnamed] = withImageNames({ manifests: [manifest, {}] }).manifests;
    assert.deepEqual(named?.annotations, { ...manifest.annotations, "io.containerd.image.name": name });
    assert.deepEqual(unnamed, {});
  });
});
