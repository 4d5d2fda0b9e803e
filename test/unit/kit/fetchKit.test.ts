import assert from "node:assert/strict";
import { fetchKit } from "../../../kit/fetchKit";
import { checkFit, checkNewest } from "../../../kit/fit";
import type { Kit } from "../../../kit/kit";
import { KitBucket } from "../../../kit/kitBucket";
import { sealedKit } from "../../../kit/recoveryKit";
import { identityText, newIdentity } from "../../../kit/vaultIdentity";
import { recoveryKitKey, vaultIdentityKey } from "../../../plan/configObjects";
import { withVariable } from "../../support/variable";
import { oldKitText } from "./oldKit";
import { type StorageDouble, storageDouble } from "./storageDouble";

const at = { endpoint: "https://s3.example.com", bucket: "backups" };
const address = "https://s3.example.com/backups";
const values = { repositoryCipherPass: "of the repository" };
const identity = newIdentity(values.repositoryCipherPass);
const vault = { id: identity.id, address, region: "eu", authority: "", keys: {} };
const kit: Kit = { generation: 3, writtenAt: "2026-01-03T00:00:00Z", values, vault };

describe("a recovery kit out of the vault", () => {
  let storage: StorageDouble;
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");
  beforeEach(() => {
    storage = storageDouble();
    storage.put(vaultIdentityKey, identityText(identity));
    storage.put(recoveryKitKey, sealedKit({ ...kit, generation: 2, writtenAt: "2026-01-02T00:00:00Z" }));
    storage.put(recoveryKitKey, sealedKit(kit));
  });
  const fetch = (version?: string) => fetchKit(new KitBucket(storage, at), version);
  const place = `recovery kit ${address}/config/recovery.kit`;

  it("is the newest one, sealed as it is there", async () => {
    assert.deepEqual(await fetch(), { kit, text: storage.get(recoveryKitKey), said: [] });
  });

  it("can be a former one", async () => {
    assert.equal((await fetch("v2")).kit.generation, 2);
  });

  it("from another address is a copy of the vault, which is said", async () => {
    const { said } = await fetchKit(new KitBucket(storage, { endpoint: "", bucket: "copy" }));
    assert.match(
      said.join(),
      /was written for https:\/\/s3\.example\.com\/backups; s3:\/\/copy says that it is the same vault/,
    );
  });

  it("from before version 2 fits where it opens the repository", async () => {
    storage.put(recoveryKitKey, oldKitText(values, "right"));
    storage.hide(recoveryKitKey);
    const old = storageDouble();
    old.put(vaultIdentityKey, identityText(identity));
    old.put(recoveryKitKey, oldKitText(values, "right"));
    const { said } = await fetchKit(new KitBucket(old, at));
    assert.match(
      said.join(),
      /is from before version 2: it opens the backups .* and does not say where they are/,
    );
  });

  const another = newIdentity(values.repositoryCipherPass);
  const cases: [string, string, () => void, RegExp][] = [
    [
      "missing",
      "missing",
      () => (storage = withIdentity()),
      /there is none in this vault; give the kit's file/,
    ],
    [
      "missing, in a bucket that is no vault",
      "missing",
      () => (storage = storageDouble()),
      /nothing that says that this is a vault; check the address/,
    ],
    [
      "deleted",
      "missing",
      () => {
        storage.hide(recoveryKitKey);
      },
      /it was deleted; remove its delete marker, or take a version: "--kit-version v3" \(number 3, 2026/,
    ],
    [
      "damaged",
      "damaged",
      () => {
        storage.put(
          recoveryKitKey,
          (storage.get(recoveryKitKey) ?? "").replace(/"text":"..../, '"text":"AAAA'),
        );
      },
      /it is damaged: its checksum is another one; take a former version: "--kit-version v3" \(number 3, 2026-01-01T00:00:00.000Z\), "--kit-version v2"/,
    ],
    [
      "cut off",
      "damaged",
      () => {
        storage.put(recoveryKitKey, (storage.get(recoveryKitKey) ?? "").slice(0, 200));
      },
      /it is damaged: not the JSON of a kit; take a former version/,
    ],
    [
      "sealed with another passphrase",
      "passphrase",
      () => {
        process.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
      },
      /wrong passphrase: the one from PULUMI_CONFIG_PASSPHRASE does not open it; give/,
    ],
    [
      "of another vault",
      "another vault",
      () => {
        storage.put(vaultIdentityKey, identityText(another));
      },
      new RegExp(`it is of another vault, ${identity.id} .*is ${another.id}; give the address of that vault`),
    ],
    [
      "of a vault whose repository has another passphrase",
      "another vault",
      () => {
        storage.put(vaultIdentityKey, identityText({ ...newIdentity("another"), id: identity.id }));
      },
      /its repositoryCipherPass is not that of the repository .*, and opens none of the backups there/,
    ],
    [
      "an old one, put over the newest",
      "old",
      () => {
        storage.put(recoveryKitKey, sealedKit({ ...kit, generation: 1, writtenAt: "2026-01-01T00:00:00Z" }));
      },
      /it is number 1, of 2026-01-01T00:00:00Z, and lies over number 3, of 2026-01-03T00:00:00Z: .*"--kit-version v3", or this one by "--kit-version v4"/,
    ],
  ];
  for (const [what, fault, act, message] of cases)
    it(`is refused when it is ${what}, with a remedy of its own`, async () => {
      act();
      await assert.rejects(fetch(), (error) => {
        const { name, message: said, fault: found } = error as Error & { fault?: string };
        assert.deepEqual([name, found], ["RecoveryKitError", fault], said);
        assert.ok(said.startsWith(`${place}: `), said);
        assert.match(said, message);
        return true;
      });
    });

  it("is not taken for missing where the vault is silent", async () => {
    storage.before.read = () => {
      throw Object.assign(new Error("x"), {
        what: "object store https://s3.example.com did not read it: no answer",
      });
    };
    await assert.rejects(fetch(), {
      name: "VaultUnknownError",
      message:
        /^vault https:\/\/s3\.example\.com\/backups: object store .* no answer; check that address, the credentials/,
    });
  });

  function withIdentity(): StorageDouble {
    const empty = storageDouble();
    empty.put(vaultIdentityKey, identityText(identity));
    return empty;
  }
});

describe("a kit beside that of its vault", () => {
  const about = (generation: number, day = generation) => ({
    vault: identity.id,
    generation,
    writtenAt: `2026-01-0${day}T00:00:00Z`,
  });
  const table: [string, ReturnType<typeof about> | undefined, RegExp | undefined][] = [
    ["is the same", about(3), undefined],
    ["is newer, and was not stored", about(2), /is number 3, .* newer than that of vault/],
    ["is the only one", undefined, /has no such kit/],
  ];
  for (const [what, newest, said] of table)
    it(`goes on where it ${what}`, () => {
      const lines = checkNewest("a.kit", kit, { address }, newest).join();
      if (said === undefined) assert.equal(lines, "");
      else assert.match(lines, said);
    });

  for (const [what, newest] of [
    ["older", about(4)],
    ["another one of the same number", about(3, 4)],
  ] as const)
    it(`is refused where it is ${what}`, () => {
      assert.throws(() => checkNewest("a.kit", kit, { address }, newest), {
        fault: "old",
        message: new RegExp(
          `it is an old one, number 3, of 2026-01-03T00:00:00Z: the vault has number ${newest.generation}, of 2026-01-04.*; take that one, by "npm run kit -- --from-vault ${address}"`,
        ),
      });
    });

  it("of a vault that says nothing is not known to fit, and one that names its vault does not", () => {
    const unplaced: Kit = { generation: 3, writtenAt: kit.writtenAt, values };
    assert.match(
      checkFit("a.kit", unplaced, { address, identity: undefined }).join(),
      /whether they fit is not known/,
    );
    assert.throws(() => checkFit("a.kit", kit, { address, identity: undefined }), { fault: "another vault" });
  });
});
