import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepKit, type Kept } from "../../../kit/keepKit";
import type { Kit } from "../../../kit/kit";
import { KitBucket } from "../../../kit/kitBucket";
import { openKit, readKitFile, sealedKit } from "../../../kit/recoveryKit";
import { identityText, newIdentity, parseIdentity } from "../../../kit/vaultIdentity";
import { recoveryKitKey, vaultIdentityKey } from "../../../plan/configObjects";
import { withVariable } from "../../support/variable";
import { oldKitText } from "./oldKit";
import { type StorageDouble, storageDouble } from "./storageDouble";

const values = { repositoryCipherPass: "of the repository", bucket: "backups" };
const place = { region: "eu", authority: "PEM", keys: { objectStore: "s3" } };
const at = { endpoint: "https://s3.example.com", bucket: "backups" };
const address = "https://s3.example.com/backups";

describe("a recovery kit and its vault", () => {
  let directory = "";
  let path = "";
  let storage: StorageDouble;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kit-"));
    path = join(directory, "a.kit");
    storage = storageDouble();
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");

  const keep = (change: (kit: Kit) => Kit = (kit) => kit, file = path): Promise<Kept> =>
    keepKit(file, { bucket: new KitBucket(storage, at), place }, change);
  const withValues = (kit: Kit): Kit => ({ ...kit, values });
  const saying = (host: string) => (kit: Kit) => ({
    ...kit,
    values: { ...values, ...kit.values },
    platform: { stack: "prod", settings: { host }, leftOut: [], versions: {} },
  });
  const inVault = (): Kit => openKit("of the vault", storage.get(recoveryKitKey) ?? "");
  const identity = () => parseIdentity(storage.get(vaultIdentityKey) ?? "");

  it("is stored with its place, and the vault says from then on which one it is", async () => {
    const { kit, stored, said } = await keep(withValues);
    assert.deepEqual([stored, said], [true, []]);
    assert.deepEqual(kit.vault, { ...place, id: identity().id, address });
    assert.deepEqual(inVault(), kit);
    assert.equal(readFileSync(path, "utf8"), storage.get(recoveryKitKey));
  });

  it("is left as it is, in both places, while it says the same", async () => {
    await keep(withValues);
    const [before, writes] = [storage.get(recoveryKitKey), storage.writes];
    assert.equal((await keep(withValues)).stored, true);
    assert.deepEqual([storage.get(recoveryKitKey), storage.writes], [before, writes]);
    assert.equal(readFileSync(path, "utf8"), before);
  });

  it("from before version 2 becomes one of today", async () => {
    writeFileSync(path, oldKitText(values, "right"));
    const { kit, stored } = await keep();
    assert.equal(stored, true);
    assert.equal(kit.vault?.address, address);
  });

  it("changes on top of what another machine has stored, whatever this one had", async () => {
    await keep(withValues);
    const elsewhere = join(directory, "elsewhere.kit");
    writeFileSync(elsewhere, readFileSync(path));
    for (const host of ["one", "two", "three"]) await keep(saying(host), elsewhere);
    const { kit } = await keep((before) => ({ ...before, values: { ...before.values, jwtSecret: "new" } }));
    assert.equal(kit.platform?.settings["host"], "three");
    assert.equal(kit.values.jwtSecret, "new");
    assert.ok(kit.generation > readKitFile(elsewhere).generation);
    assert.deepEqual(inVault(), kit);
  });

  it("waits out who is faster: one wins, the other changes what that has written, and says so", async () => {
    await keep(withValues);
    const elsewhere = join(directory, "elsewhere.kit");
    writeFileSync(elsewhere, readFileSync(path));
    const faster = openKit("", storage.get(recoveryKitKey) ?? "");
    const theirs = sealedKit({
      ...faster,
      generation: faster.generation + 5,
      values: { ...values, jwtSecret: "of the faster one" },
    });
    storage.before.write = () => {
      storage.put(recoveryKitKey, theirs);
    };
    const { kit, stored, said } = await keep(saying("mine"));
    assert.equal(stored, true);
    assert.match(
      said.join("\n"),
      /somebody else has changed .*recovery\.kit at the same time; it is read anew/,
    );
    assert.equal(kit.values.jwtSecret, "of the faster one");
    assert.equal(kit.platform?.settings["host"], "mine");
    assert.equal(kit.generation, faster.generation + 6);
    assert.deepEqual(inVault(), kit);
  });

  it("is not called stored before it was read back as it was written", async () => {
    storage.mangle = (text) => (text.includes('"proof"') ? text : text.slice(0, -20));
    const { stored, said } = await keep(withValues);
    assert.equal(stored, false);
    assert.match(said.at(-1) ?? "", /^RECOVERY KIT NOT IN THE VAULT: .* has changed 5 times/);
    assert.ok(existsSync(path));
  });

  it("is in its file where the vault is silent, and that is said", async () => {
    storage.before.read = () => {
      throw new Error("no answer in time");
    };
    const { kit, stored, said } = await keep(withValues);
    assert.equal(stored, false);
    assert.match(
      said.join(),
      /^RECOVERY KIT NOT IN THE VAULT: only the file \S+a\.kit has it\. vault https:.*no answer/,
    );
    assert.deepEqual(readKitFile(path), kit);
    // What nobody could store goes in with the next change.
    assert.equal((await keep(saying("later"))).stored, true);
    assert.deepEqual(inVault().values, values);
  });

  it("is in its file where the vault cannot be opened at all", async () => {
    const { stored, said } = await keepKit(path, { why: "no credentials" }, withValues);
    assert.deepEqual([stored, readKitFile(path).values], [false, values]);
    assert.match(said.join(), /no credentials; "npm run kit" stores it/);
  });

  it("comes over a damaged one, which stays as a version, with a higher number than any", async () => {
    await keep(withValues);
    for (const host of ["one", "two"]) await keep(saying(host));
    const before = inVault().generation;
    rmSync(path);
    storage.put(recoveryKitKey, "{");
    const { kit, stored, said } = await keep(saying("three"));
    assert.equal(stored, true);
    assert.match(said.join(), /is damaged, and a whole one is put over it/);
    assert.ok(kit.generation > before);
  });

  it("is told where the store ignores the condition of a write", async () => {
    await keep(withValues);
    storage.keepsConditions = false;
    const { said } = await keep(saying("a"));
    assert.match(said.join(), /ignores the condition of a write \(If-Match\)/);
  });

  const foreign: [string, () => void, RegExp][] = [
    [
      "of another vault, by its id",
      () => {
        storage.hide(vaultIdentityKey);
        storage.put(vaultIdentityKey, identityText(newIdentity(values.repositoryCipherPass)));
      },
      /it is of another vault, \S+ \(https:\/\/s3\.example\.com\/backups\), and \S+ is \S+; give the address/,
    ],
    [
      "of a vault with another passphrase of its repository",
      () => {
        rmSync(path);
        storage.hide(vaultIdentityKey);
        storage.put(vaultIdentityKey, identityText(newIdentity("another")));
      },
      /repositoryCipherPass is not that of the repository/,
    ],
  ];
  for (const [what, act, message] of foreign)
    it(`is refused where it is ${what}, and nothing is written over`, async () => {
      await keep(withValues);
      act();
      const before = storage.get(recoveryKitKey);
      await assert.rejects(keep(saying("a")), (error) => {
        assert.match((error as Error).message, message);
        assert.equal((error as { fault?: string }).fault, "another vault");
        return true;
      });
      assert.equal(storage.get(recoveryKitKey), before);
    });

  it("does not come over the kit of another vault, nor over one that another passphrase has sealed", async () => {
    await keep(withValues);
    const mine = inVault();
    const other = { ...mine, vault: { ...place, address, id: "another" } };
    storage.put(recoveryKitKey, sealedKit(other));
    await assert.rejects(
      keep(saying("a")),
      /it is of another vault, another, and .* is \S+; it was left as it is/,
    );
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
    const sealed = sealedKit(mine);
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "right";
    storage.put(recoveryKitKey, sealed);
    await assert.rejects(
      keep(saying("a")),
      /wrong passphrase: .*, and it was left as it is; give the passphrase/,
    );
    assert.equal(storage.get(recoveryKitKey), sealed);
  });

  it("gives no new identity to a vault whose own was deleted, nor to a bucket that was made anew", async () => {
    await keep(withValues);
    storage.hide(vaultIdentityKey);
    assert.match((await keep(saying("a"))).said.join(), /was deleted: remove its delete marker/);
    storage = storageDouble();
    await assert.rejects(keep(saying("b")), /does not say that it is one; .*was this bucket emptied/);
    assert.equal(storage.get(vaultIdentityKey), undefined);
  });

  it("lets one of two name a new vault, and the other one takes that name", async () => {
    const elsewhere = join(directory, "elsewhere.kit");
    const [one, other] = await Promise.all([keep(withValues), keep(withValues, elsewhere)]);
    assert.equal(one.kit.vault?.id, other.kit.vault?.id);
    assert.equal(identity().id, one.kit.vault?.id);
    assert.deepEqual([one.stored, other.stored], [true, true]);
    assert.equal(readFileSync(elsewhere, "utf8"), storage.get(recoveryKitKey));
  });
});
