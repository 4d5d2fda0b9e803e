import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Builder, BuildOptions } from "../../../../images/build/builder";
import {
  debianVariant,
  type ImageName,
  platformImages,
  type Variant,
} from "../../../../images/build/definitions";
import { makeImages, type MadeImage } from "../../../../images/build/makeImages";
import { projectRoot } from "../../../../lib/paths";

const said: Record<string, string> = {
  node: "v22.23.3",
  postgresql: "postgres (PostgreSQL) 17.6 (Debian 17.6-1.pgdg12+1)",
  pgbackrest: "pgBackRest 2.58.0",
  redis: "Redis server v=7.0.15 sha=0",
};

interface Build extends BuildOptions {
  dockerfile: string;
  files: { node: boolean; commands: boolean };
}

/** A builder that builds nothing, and remembers what it was told. */
class FakeBuilder implements Builder {
  readonly name = "buildah";
  readonly builds: Build[] = [];
  constructor(private readonly answers: Record<string, string> = said) {}

  session(_detail: (text: string) => void, builds: () => Promise<void>): Promise<void> {
    return builds();
  }
  idOf(reference: string): Promise<string | undefined> {
    return Promise.resolve(
      this.builds.some((build) => build.reference === reference) ? "e".repeat(64) : undefined,
    );
  }
  build(context: string, options: BuildOptions): Promise<void> {
    const files = {
      node: existsSync(join(context, "node")),
      commands: existsSync(join(context, "bundle", "verify.js")),
    };
    this.builds.push({ ...options, dockerfile: readFileSync(join(context, "Dockerfile"), "utf8"), files });
    return Promise.resolve();
  }
  run(_reference: string, script: string): Promise<string> {
    const asked = [...script.matchAll(/echo "(\w+)=/g)].map(([, name = ""]) => name);
    return Promise.resolve(asked.map((name) => `${name}=${this.answers[name] ?? ""}\n`).join(""));
  }
  push(): Promise<string> {
    return Promise.reject(new Error("was not asked for"));
  }
  writeLayout(): Promise<void> {
    return Promise.reject(new Error("was not asked for"));
  }
}

describe("making images", () => {
  const base = `docker.io/library/node@sha256:${"a".repeat(64)}`;
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "make-"));
    writeFileSync(join(scratch, "node"), "");
    mkdirSync(join(scratch, "work"));
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true });
  });

  // With a base of its own no packages are fetched, which would take root and a network.
  function make(
    builder: FakeBuilder,
    images: readonly ImageName[] = platformImages,
    variant: Variant = { postgresql: "17", pgdg: true, base },
  ): Promise<MadeImage[]> {
    const workshop = {
      scratch: join(scratch, "work"),
      sources: join(projectRoot, "images"),
      signal: new AbortController().signal,
    };
    const bundle = { "verify.js": new Uint8Array() };
    const bundles = { commands: bundle, application: { "application.js": new Uint8Array() } };
    const executables = { node: join(scratch, "node"), pause: join(scratch, "node") };
    const order = { images, variant, bundles, executables, recipeOf: (name: string) => name };
    return makeImages(builder, workshop, order, () => undefined);
  }

  it("builds each after what it stands on, and pulls nothing but the base", async () => {
    const builder = new FakeBuilder();
    await make(builder);
    const names = builder.builds.map(({ reference }) => /lstm-pfd\/(.*):/.exec(reference)?.[1]);
    assert.deepEqual(names.slice(0, 6), [
      "base",
      "runtime",
      "operations",
      "postgres",
      "application",
      "redis",
    ]);
    assert.deepEqual(
      builder.builds.map(({ pull = false }) => pull),
      [true, ...names.slice(1).map(() => false)],
    );
    assert.equal(builder.builds[0]?.dockerfile, `FROM ${base}\n`);
    const known = new Set<string>();
    for (const { reference, arguments: values = {} } of builder.builds) {
      if (values["BASE"] !== undefined)
        assert.ok(known.has(values["BASE"]), `${reference} on ${values["BASE"]}`);
      known.add(reference);
    }
  });

  it("tells PostgreSQL and its source to the build, and what came out to the labels", async () => {
    const builder = new FakeBuilder();
    const made = await make(builder);
    const postgres = builder.builds.find(
      ({ arguments: values = {} }) => values["POSTGRES_MAJOR"] !== undefined,
    );
    assert.deepEqual(
      [postgres?.arguments?.["POSTGRES_MAJOR"], postgres?.arguments?.["PGDG"]],
      ["17", "true"],
    );
    const { reference, contents } = made.find(({ name }) => name === "postgres") ?? assert.fail();
    assert.deepEqual(contents, { postgresql: "17.6", pgbackrest: "2.58.0", node: "22.23.3" });
    assert.deepEqual(builder.builds.find((build) => build.reference === reference)?.dockerfile.split("\n"), [
      `FROM ${postgres?.reference ?? ""}`,
      'LABEL lstm-pfd.postgresql.version="17.6"',
      'LABEL lstm-pfd.pgbackrest.version="2.58.0"',
      'LABEL lstm-pfd.node.version="22.23.3"',
      'LABEL lstm-pfd.postgresql.source="apt.postgresql.org"',
      `LABEL org.opencontainers.image.base.name="${base}"`,
      "",
    ]);
  });

  it("puts Node.js into none that stand on an image with it", async () => {
    const builder = new FakeBuilder();
    await make(builder);
    assert.ok(builder.builds.every(({ files }) => !files.node));
    assert.ok(builder.builds.some(({ files }) => files.commands));
  });

  it("builds what is asked for alone", async () => {
    const builder = new FakeBuilder();
    const made = await make(builder, ["redis", "pause"]);
    assert.deepEqual(
      made.map(({ name }) => name),
      ["redis", "pause"],
    );
    assert.ok(builder.builds.every(({ reference }) => /\/(?:base|redis|pause):/.test(reference)));
  });

  it("has other names for images of another PostgreSQL, another source of it or another base", async () => {
    const variants: Variant[] = [
      { postgresql: "17", pgdg: true, base },
      { postgresql: "16", pgdg: true, base },
      { ...debianVariant, base },
      { ...debianVariant, base: base.replace("sha256:a", "sha256:b") },
    ];
    const references = new Set<string>();
    for (const variant of variants) {
      const made = await make(new FakeBuilder(), ["postgres"], variant);
      for (const { reference } of made) references.add(reference);
    }
    assert.equal(references.size, variants.length);
  });

  it("uses no image whose programs do not run", async () => {
    await assert.rejects(
      make(new FakeBuilder({ ...said, pgbackrest: "" })),
      /image postgres: "pgbackrest version" says ""/,
    );
  });
});
