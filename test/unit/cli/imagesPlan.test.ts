import assert from "node:assert/strict";
import { UsageError } from "../../../cli/commandLine";
import { checkPgbackrest, imagesPlan } from "../../../cli/imagesPlan";

const base = `docker.io/library/node@sha256:${"a".repeat(64)}`;
const own = `registry.example.com/lstm-pfd@sha256:${"1".repeat(64)}`;
const standIn = `registry.example.com/lstm-pfd-application@sha256:${"2".repeat(64)}`;

const files: Record<string, Record<string, string>> = {
  prod: { cluster: "eks", imageApplication: own },
  trial: { cluster: "kubeconfig" },
  standing: { cluster: "kubeconfig", imageApplication: standIn },
  local: { host: "localhost" },
};

function planned(options: Partial<Parameters<typeof imagesPlan>[0]>): ReturnType<typeof imagesPlan> {
  return imagesPlan({ stack: "local", standIn: false, ...options }, (stack) => files[stack]);
}

describe("what images are for", () => {
  const push = "registry.example.com:5000/team";
  const three = ["operations", "postgres", "redis"];
  const four = ["operations", "postgres", "application", "redis"];

  it("is nothing to push where they are saved alone", () => {
    assert.equal(planned({ save: "images" }), undefined);
  });

  it("leaves an application of its owners alone, and needs a pgBackRest that knows Pod Identity on EKS", () => {
    assert.deepEqual(planned({ push, stack: "prod" }), {
      registry: push,
      stack: "prod",
      images: three,
      application: own,
      pgbackrestSince: "2.58",
    });
  });

  for (const [what, options, images] of [
    ["none is named", { stack: "trial" }, four],
    ["a stand-in is named", { stack: "standing" }, four],
    ["it is asked for", { stack: "prod", standIn: true }, four],
    ["an application is named", { stack: "prod" }, three],
  ] as const)
    it(`has ${images.length} images where ${what}`, () => {
      assert.deepEqual(planned({ push, ...options })?.images, images);
    });

  it("needs no certain pgBackRest off EKS, or when told", () => {
    assert.equal(planned({ push, stack: "trial" })?.pgbackrestSince, undefined);
    assert.equal(planned({ push, stack: "prod", postgres: "debian" })?.pgbackrestSince, undefined);
  });

  it("takes a registry with a slash at its end", () => {
    assert.equal(planned({ push: `${push}/`, stack: "trial" })?.registry, push);
  });

  for (const registry of [
    "localhost:5000",
    "localhost",
    "1234.dkr.ecr.eu-west-1.amazonaws.com/lstm-pfd",
    "harbor:80/a_b/c-d",
  ])
    it(`takes registry ${registry}`, () => {
      assert.equal(planned({ push: registry, stack: "trial" })?.registry, registry);
    });

  for (const [options, message] of [
    [{}, /^say what becomes of the images: --push REGISTRY, --save DIR, or both$/],
    [{ save: "" }, /^--save: is empty/],
    [{ push: "https://registry.example.com", stack: "trial" }, /^--push https:.*without https:\/\/ or a tag/],
    [{ push: "registry.example.com/Team", stack: "trial" }, /in small letters/],
    [{ push: "registry.example.com/a:1", stack: "trial" }, /or a tag/],
    [{ push: "team", stack: "trial" }, /must be a registry's host/],
    [{ push: "", stack: "trial" }, /must be a registry's host/],
    [{ push }, /that of stack local is embedded: .* --images DIR$/],
    [{ push, stack: "absent" }, /Pulumi\.absent\.yaml, which does not exist/],
    [
      { push, stack: "trial", base: "debian:bookworm" },
      /^--base debian:bookworm: must be the full name of an image with its digest/,
    ],
    [{ save: "x", postgres: "17.2" }, /^--postgres 17\.2: must be a major version/],
    [{ save: "x", postgres: "9" }, /^--postgres 9/],
    [{ save: "x", standIn: true }, /^--stand-in is about a stack's file/],
  ] as const)
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => planned(options),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });

  it("refuses credentials, and does not repeat them", () => {
    assert.throws(
      () => planned({ push: "me:hunter2@registry.example.com", stack: "trial" }),
      (error) => error instanceof UsageError && !error.message.includes("hunter2"),
    );
  });

  it("takes a base by digest, and major versions", () => {
    for (const postgres of ["15", "17", "18", "debian"])
      assert.doesNotThrow(() => planned({ save: "x", base, postgres }));
  });

  it("refuses a pgBackRest that does not know the stack's settings, and says where it comes from", () => {
    const onEks = planned({ push, stack: "prod" });
    assert.throws(() => {
      checkPgbackrest(onEks, "2.45", "Debian has 2.45");
    }, /stack prod is on EKS.*from 2\.58 on, and Debian has 2\.45.*Nothing was pushed/);
    for (const version of ["2.58", "2.58.0", "2.59.1", "2.100"])
      assert.doesNotThrow(() => {
        checkPgbackrest(onEks, version, "");
      });
    assert.doesNotThrow(() => {
      checkPgbackrest(planned({ push, stack: "trial" }), "2.45", "");
    });
    assert.doesNotThrow(() => {
      checkPgbackrest(undefined, "2.45", "");
    });
  });
});
