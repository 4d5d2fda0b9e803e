import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Kubectl } from "../../../automation/kubectl";
import { type Evidence, evidencePrefixOf, parseEvidence, type StepEvidence } from "../../../plan/evidence";
import { jobNames, runNames } from "../../../plan/names";
import type { DrillVault } from "./drillVault";

const MINUTE = 60_000;
const limitSeconds = 600;

/** The platform's own rehearsal, as its CronJob runs it: beside a writer, and with objects that are damaged on purpose. */
export function rehearsalCases(vault: DrillVault, site: () => Kubectl): void {
  it("runs beside a writer, changes nothing in the lineage, and leaves evidence that it has passed", async () => {
    await site().runCronJob(runNames.dump, "dump-to-rehearse", limitSeconds);
    await site().value("create table public.while_rehearsed (row int primary key)");
    const before = await keysByPlace();
    let written = 0;
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        await site().value(`insert into public.while_rehearsed values (${written + 1})`);
        written += 1;
        await sleep(200);
      }
    })();
    try {
      await site().runCronJob(jobNames.rehearse, "rehearse-beside-a-writer", limitSeconds);
    } finally {
      stop.abort();
      await writing;
    }
    assert.ok(written > 0);
    assert.equal(await site().value("select count(*) from public.while_rehearsed"), String(written));
    const after = await keysByPlace();
    assert.deepEqual(after.lineage, before.lineage);
    // Archiving went on; nothing else came, and nothing went.
    assert.deepEqual(after.other, before.other);
    const added = after.evidence.filter((key) => !before.evidence.includes(key));
    assert.equal(added.length, 1, added.join());
    const evidence = await read(added[0] ?? "");
    process.stdout.write(`${JSON.stringify(evidence)}\n`);
    assert.equal(evidence.outcome, "passed");
    for (const name of ["restore", "indexes", "models"] as const)
      assert.equal(stepOf(evidence, name).state, "passed", name);
    assert.equal(stepOf(evidence, "assertions").state, "not rehearsed");
    assert.equal(stepOf(evidence, "prediction").state, "not rehearsed");
    assert.notEqual(stepOf(evidence, "foreign keys").state, "failed");
    assert.ok(Number(stepOf(evidence, "restore").facts["rows"]) > 0);
    // A rehearsal before this one may have had its turn.
    const dumps = (await Promise.all(after.evidence.map(read))).map((each) => stepOf(each, "dump"));
    const loaded = dumps.find(({ state }) => state === "passed");
    assert.ok(loaded, JSON.stringify(dumps));
    assert.equal(loaded.facts["rows"], loaded.facts["rowsOfManifest"]);
  }).timeout(8 * MINUTE);

  it("names the objects that were damaged on purpose, leaves evidence of that, and claims nothing", async () => {
    const before = await keysByPlace();
    const label = /([^/]+)\.json$/.exec(before.all.filter(isCommitted).sort(byName).at(-1) ?? "")?.[1] ?? "";
    const bundle = before.all.find((key) => key.endsWith(`/backup/main/${label}/bundle/1`));
    const checkpoint = before.all
      .filter((key) => /^models\/models-\d{8}-\d{6}\/checkpoints\/best_model\.pth$/.test(key))
      .sort()
      .at(-1);
    assert.ok(bundle !== undefined && checkpoint !== undefined, `${label} ${checkpoint ?? "no checkpoint"}`);
    const [whole, missing] = [await bytesOf(checkpoint), await bytesOf(bundle)];
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(255 - damaged.readUInt8(damaged.length >> 1), damaged.length >> 1);
    await write(checkpoint, damaged);
    await vault.bucket.send(new DeleteObjectCommand({ Bucket: vault.setup.bucket, Key: bundle }));
    try {
      await assert.rejects(
        site().runCronJob(jobNames.rehearse, "rehearse-damaged", limitSeconds),
        (error) => {
          process.stdout.write(`${String(error)}\n`);
          assert.match(
            String(error),
            new RegExp(`rehearse: .*${label}.*bundle/1.*; the evidence is s3://`, "s"),
          );
          return true;
        },
      );
    } finally {
      await write(checkpoint, whole);
      await write(bundle, missing);
    }
    const after = await keysByPlace();
    const [added = ""] = after.evidence.filter((key) => !before.evidence.includes(key));
    const evidence = await read(added);
    assert.equal(evidence.outcome, "failed");
    assert.match(stepOf(evidence, "restore").says ?? "", new RegExp(`${label}/bundle/1`));
    assert.match(stepOf(evidence, "models").says ?? "", new RegExp(`${checkpoint} is damaged`));
    assert.deepEqual(after.lineage, before.lineage);
  }).timeout(8 * MINUTE);

  /** Keys of the bucket; WAL is left out, which comes all the time, and so is the probe of each backup. */
  async function keysByPlace(): Promise<Record<"all" | "lineage" | "evidence" | "other", string[]>> {
    const all: string[] = [];
    let token: string | undefined;
    do {
      const page = await vault.bucket.send(
        new ListObjectsV2Command({ Bucket: vault.setup.bucket, ContinuationToken: token }),
      );
      all.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    const beneath = (prefix: string): string[] => all.filter((key) => key.startsWith(prefix));
    return {
      all,
      lineage: beneath("wal/lineage/"),
      evidence: beneath(evidencePrefixOf("rehearsal")),
      other: all.filter(
        (key) => !/^wal\/(probe|generation-\d{4}\/repository\/archive)\/|^evidence\//.test(key),
      ),
    };
  }

  async function bytesOf(key: string): Promise<Buffer> {
    const { Body } = await vault.bucket.send(new GetObjectCommand({ Bucket: vault.setup.bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function write(key: string, bytes: Buffer): Promise<void> {
    await vault.bucket.send(new PutObjectCommand({ Bucket: vault.setup.bucket, Key: key, Body: bytes }));
  }

  async function read(key: string): Promise<Evidence> {
    return parseEvidence((await bytesOf(key)).toString());
  }
}

function isCommitted(key: string): boolean {
  return /^wal\/generation-\d{4}\/committed\/[^/]+\.json$/.test(key);
}

/** By the label's own time: that of an incremental backup stands at its end. */
function byName(one: string, other: string): number {
  const time = (key: string): string => /(\d{8}-\d{6})[FDI]\.json$/.exec(key)?.[1] ?? "";
  return time(one) < time(other) ? -1 : 1;
}

function stepOf(evidence: Evidence, name: StepEvidence["step"]): StepEvidence {
  const found = evidence.steps.find(({ step }) => step === name);
  assert.ok(found, `there is no step "${name}"`);
  return found;
}
