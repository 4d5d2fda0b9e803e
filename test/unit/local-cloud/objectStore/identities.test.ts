import assert from "node:assert/strict";
import {
  identityConfiguration,
  identityProblems,
  type Identity,
} from "../../../../local-cloud/objectStore/identities";
import { specProblems } from "../../../../local-cloud/objectStore/spec";

const admin: Identity = {
  name: "admin",
  role: "admin",
  accessKeyId: "ADMINKEY",
  secretAccessKey: "0123456789abcdef",
};
const writer: Identity = { ...admin, name: "writer", role: "writer", accessKeyId: "WRITERKEY" };

describe("identities of an object store", () => {
  it("are fit when each has a role and keys, and one is the admin", () => {
    assert.deepEqual(identityProblems([admin, writer]), []);
  });

  const broken: [string, Identity[], string][] = [
    ["no identity at all", [], "identities"],
    ["no admin", [writer], "identities"],
    ["a name with a space", [admin, { ...writer, name: "the writer" }], "identities[1].name"],
    ["the same name twice", [admin, { ...writer, name: "admin" }], "identities[1].name"],
    ["the same key twice", [admin, { ...writer, accessKeyId: "ADMINKEY" }], "identities[1].accessKeyId"],
    ["a reference instead of a key", [{ ...admin, accessKeyId: "${HOME}" }], "identities[0].accessKeyId"],
    ["a short secret", [{ ...admin, secretAccessKey: "short" }], "identities[0].secretAccessKey"],
  ];
  for (const [what, identities, property] of broken)
    it(`are refused for ${what}, without a word of the secret`, () => {
      const problems = identityProblems(identities);
      assert.deepEqual(
        problems.map((problem) => problem.property),
        [property],
      );
      assert.ok(!JSON.stringify(problems).includes("short"));
    });

  it("give the admin all rights and the others their policy alone", () => {
    const { identities, policies } = JSON.parse(identityConfiguration([admin, writer])) as {
      identities: { name: string; actions?: string[]; policyNames?: string[] }[];
      policies: { name: string; content: string }[];
    };
    assert.deepEqual(
      identities.map(({ name, actions, policyNames }) => [name, actions, policyNames]),
      [
        ["admin", ["Admin"], undefined],
        ["writer", undefined, ["writer"]],
      ],
    );
    for (const { content } of policies)
      assert.doesNotMatch(content, /DeleteObjectVersion|Bypass|s3:\*|PutBucket|PutLifecycle/);
  });
});

describe("description of an object store", () => {
  const cases: [Parameters<typeof specProblems>[0], string[]][] = [
    [{ name: "vault", port: 18333, identities: [admin] }, []],
    [{ name: "Vault" }, ["name"]],
    [{ name: "-vault" }, ["name"]],
    [{ port: 80 }, ["port"]],
    [{ port: 18333.5 }, ["port"]],
    [{ identities: [writer] }, ["identities"]],
    [{}, []],
  ];
  for (const [spec, properties] of cases)
    it(`${JSON.stringify({ ...spec, identities: spec.identities?.length })}: ${properties.join() || "fits"}`, () => {
      assert.deepEqual(
        specProblems(spec).map(({ property }) => property),
        properties,
      );
    });
});
