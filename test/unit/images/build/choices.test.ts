import assert from "node:assert/strict";
import { type AtHand, pickBuilder } from "../../../../images/build/chooseBuilder";
import { contentsOf, contentsText, labelsOf, questionsTo } from "../../../../images/build/contents";
import { pushedDigest } from "../../../../images/build/docker";
import { imageId } from "../../../../images/build/builder";
import { choosePostgres, isOlder } from "../../../../images/build/postgresSource";
import { pushProblem } from "../../../../images/build/pushProblem";
import { checkRoom } from "../../../../images/build/room";
import { CommandError } from "../../../../lib/process";

describe("the program that builds images", () => {
  const all: AtHand = {
    platform: "linux",
    architecture: "x64",
    root: true,
    buildah: true,
    mmdebstrap: true,
    docker: "answers",
  };

  for (const [what, atHand, ownBase, expected] of [
    ["all there is", {}, true, "buildah"],
    ["no mmdebstrap, a base by digest", { mmdebstrap: false }, false, "buildah"],
    ["no buildah", { buildah: false }, true, "docker"],
    ["no root, a base by digest", { root: false }, false, "docker"],
    [
      "no mmdebstrap",
      { mmdebstrap: false },
      true,
      /: install mmdebstrap \(apt-get install mmdebstrap\), or have Docker running and name an image/,
    ],
    ["no root", { root: false }, true, /: run this as root, or have Docker/],
    [
      "a bare machine",
      { buildah: false, mmdebstrap: false, docker: "absent" },
      true,
      /; there is no Docker: install buildah and mmdebstrap \(apt-get install buildah mmdebstrap\)/,
    ],
    [
      "a Docker without buildx",
      { buildah: false, docker: "plain" },
      true,
      /; Docker lacks its plugin buildx: install/,
    ],
    [
      "a Docker without its daemon",
      { buildah: false, docker: "silent" },
      false,
      /; Docker's daemon does not answer: install buildah .*, or have Docker running$/,
    ],
    ["a Mac", { platform: "darwin" }, false, /^images are built on Linux on x86-64.*this is darwin on x64$/],
    ["another processor", { architecture: "arm64" }, true, /linux on arm64$/],
  ] as const)
    it(`with ${what}: ${String(expected)}`, () => {
      const picked = pickBuilder({ ...all, ...atHand }, ownBase);
      if (typeof expected === "string") assert.equal(picked, expected);
      else assert.match(typeof picked === "string" ? picked : picked.problem, expected);
    });
});

describe("the PostgreSQL of the images", () => {
  const never = (): Promise<boolean> => Promise.reject(new Error("was asked"));

  it("is 17 of apt.postgresql.org where that answers", async () => {
    assert.deepEqual(await choosePostgres(undefined, () => Promise.resolve(true)), {
      variant: { postgresql: "17", pgdg: true },
    });
  });

  it("is Debian's where it does not, and that is said", async () => {
    const { variant, note } = await choosePostgres(undefined, () => Promise.resolve(false));
    assert.deepEqual(variant, { postgresql: "15", pgdg: false });
    assert.match(
      note ?? "",
      /^apt\.postgresql\.org does not answer here: PostgreSQL 15 and pgBackRest are Debian's/,
    );
  });

  it("is what was asked for, never another", async () => {
    const { variant } = await choosePostgres("18", () => Promise.resolve(true));
    assert.deepEqual(variant, { postgresql: "18", pgdg: true });
    await assert.rejects(
      choosePostgres("18", () => Promise.resolve(false)),
      /PostgreSQL 18 comes from apt\.postgresql\.org, which does not answer here: .* --postgres debian/,
    );
    assert.deepEqual(await choosePostgres("debian", never), { variant: { postgresql: "15", pgdg: false } });
  });

  for (const [a, b, older] of [
    ["2.45", "2.58", true],
    ["2.58", "2.58", false],
    ["2.58.0", "2.58", false],
    ["2.58", "2.58.1", true],
    ["2.100", "2.58", false],
    ["3.0", "2.58", false],
  ] as const)
    it(`${a} is ${older ? "" : "not "}older than ${b}`, () => {
      assert.equal(isOlder(a, b), older);
    });
});

describe("what an image holds", () => {
  const printed = [
    "postgresql=postgres (PostgreSQL) 17.6 (Debian 17.6-1.pgdg12+1)",
    "pgbackrest=pgBackRest 2.58.0",
    "node=v22.23.3",
    "",
  ].join("\n");

  it("is read from what its programs say", () => {
    const contents = contentsOf("postgres", printed);
    assert.deepEqual(contents, { postgresql: "17.6", pgbackrest: "2.58.0", node: "22.23.3" });
    assert.equal(contentsText(contents), "PostgreSQL 17.6, pgBackRest 2.58.0, Node.js 22.23.3");
    assert.equal(labelsOf(contents)["lstm-pfd.pgbackrest.version"], "2.58.0");
  });

  it("is read of Redis, whose line goes on", () => {
    const said = "redis=Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1f2b\n";
    assert.deepEqual(contentsOf("redis", said), { redis: "7.0.15" });
  });

  it("is no image's whose program says nothing, or something else", () => {
    assert.throws(() => contentsOf("operations", ""), /image operations: "node --version" says nothing/);
    assert.throws(() => contentsOf("operations", "node=not found"), /says "not found"/);
  });

  it("is asked by a script that fails with the first program that does not run", () => {
    assert.match(questionsTo("postgres"), /^set -e\nv=\$\(postgres --version\); echo "postgresql=\$v"\n/);
  });
});

describe("a push", () => {
  const digest = `sha256:${"d".repeat(64)}`;

  it("of Docker tells its digest, or is not believed", () => {
    const output = `The push refers to repository [r/x]\nabc: Pushed\n0123: digest: ${digest} size: 1234\n`;
    assert.equal(pushedDigest(output, "r/x:0123"), digest);
    assert.throws(() => pushedDigest("abc: Pushed\n", "r/x:0123"), /printed no digest/);
  });

  it("is of an image whose identity is read from a list of either program", () => {
    const id = "e".repeat(64);
    assert.equal(imageId(`sha256:${id}\n`), id);
    assert.equal(imageId(`${id}\n${"f".repeat(64)}\n`), id);
    assert.equal(imageId("\n"), undefined);
  });

  const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  for (const [stderr, builder, message] of [
    [
      'name unknown: The repository with name "team/lstm-pfd-redis" does not exist in the registry with id',
      "buildah",
      /no repository team\/lstm-pfd-redis; make it by "aws ecr create-repository --repository-name team\/lstm-pfd-redis"/,
    ],
    [
      "no basic auth credentials",
      "docker",
      /"docker login 1234.*" keeps credentials, for ECR "aws ecr get-login-password \| docker login --username AWS --password-stdin 1234/,
    ],
    ["unauthorized: authentication required", "buildah", /"buildah login /],
    ["http: server gave HTTP response to HTTPS client", "buildah", /not reached over TLS/],
  ] as const)
    it(`that fails by "${stderr.slice(0, 40)}…" says what to do`, () => {
      const error = new CommandError(builder, 1, "", `Copying blob\n${stderr}\n`, false);
      const { message: said } = pushProblem(error, `${ecr}/team/lstm-pfd-redis:0123`, builder) as Error;
      assert.match(said, message);
      assert.ok(said.includes("The stack's file was not touched"));
    });

  it("that fails by something else fails by it", () => {
    const stderr =
      'Copying blob\nError: pushing image "x" to "docker://r.example.com/x:1": trying to reuse blob at destination: pinging: refused';
    const error = new CommandError("buildah", 1, "", stderr, false);
    assert.equal(
      (pushProblem(error, "r.example.com/x:1", "buildah") as Error).message,
      "r.example.com/x:1 was not pushed: pinging: refused. The stack's file was not touched.",
    );
    const other = new Error("stopped");
    assert.equal(pushProblem(other, "r.example.com/x:1", "buildah"), other);
  });
});

describe("room on a disk", () => {
  it("is enough, or refused before anything is made", async () => {
    await checkRoom("/tmp/not/there/yet", 1, "images", "go elsewhere");
    await assert.rejects(
      checkRoom("/tmp/not/there/yet", 2 ** 60, "images", "go elsewhere"),
      /^Error: \/tmp\/not\/there\/yet has [\d.]+ GiB free, but images need 1073741824\.0 GiB: free some space, or go elsewhere$/,
    );
  });
});
