import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evidenceOfVault } from "../../../kit/evidenceOfVault";
import { VaultUnknownError } from "../../../kit/kitBucket";
import { writeKit } from "../../../kit/recoveryKit";
import { identityText, newIdentity } from "../../../kit/vaultIdentity";
import { vaultIdentityKey } from "../../../plan/configObjects";
import { type Evidence, evidenceKey, evidenceText } from "../../../plan/evidence";
import { withVariable } from "../../support/variable";
import { type FakeObjectStore, startFakeObjectStore } from "../jobs/fakeObjectStore";

const made = new Date("2026-07-01T00:00:00Z");
const now = new Date("2026-11-27T06:00:00Z");

describe("the evidence of a vault", () => {
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");
  let store: FakeObjectStore;
  let directory: string;
  let kit: string;
  let config: Record<string, string>;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "evidence-"));
    kit = join(directory, "vault.kit");
    writeKit(kit, { readerAccessKeyId: "reader", readerSecretAccessKey: "hidden" });
    store = await startFakeObjectStore();
    store.now = () => now;
    config = { objectStore: "s3", s3Endpoint: store.settings.endpoint, bucket: store.settings.bucket };
  });
  afterEach(async () => {
    rmSync(directory, { recursive: true });
    await store.close();
  });

  function put(kind: Evidence["kind"], endedAt: string): void {
    const evidence: Evidence = {
      ...{ format: 1, kind, run: endedAt, site: "test/lstm-pfd", begunAt: endedAt, endedAt },
      ...{ seconds: 1, outcome: "passed", steps: [], versions: {} },
    };
    store.objects.set(evidenceKey(kind, new Date(endedAt)), Buffer.from(evidenceText(evidence)));
  }

  it("is that of all kinds, with the time of the store and the age of the vault", async () => {
    store.objects.set(vaultIdentityKey, Buffer.from(identityText(newIdentity("cipher", made))));
    put("rehearsal", "2026-11-26T04:31:00.000Z");
    put("drill", "2026-10-02T10:00:00.000Z");
    store.objects.set("evidence/drill/20261101-000000.json", Buffer.from("cut of"));
    const found = await evidenceOfVault(kit, config);
    assert.deepEqual(
      found.evidence.map(({ kind }) => kind),
      ["rehearsal", "drill"],
    );
    assert.deepEqual([found.now, found.since], [now, made]);
    assert.equal(found.unreadable.length, 1);
    assert.ok(store.requests.every((request) => request.startsWith("GET ")));
  });

  it("is none where none is, and the vault does not say how old it is", async () => {
    const { evidence, unreadable, since } = await evidenceOfVault(kit, config);
    assert.deepEqual([evidence, unreadable, since], [[], [], undefined]);
  });

  it("is not known where the vault does not show it", async () => {
    store.fault = (_method, key) => (key.startsWith("evidence/") || key === "" ? 403 : undefined);
    await assert.rejects(evidenceOfVault(kit, config), VaultUnknownError);
  });
});
