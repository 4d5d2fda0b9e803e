import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { backupModels } from "../../../../jobs/models/backupModels";
import type { RestoreReport } from "../../../../jobs/database/restoreDatabase";
import type { RestoreFromBasesPlan } from "../../../../jobs/database/restoreFromBases";
import { volumeOf } from "../../../../jobs/database/volume";
import { rehearse, type RehearsalPlan } from "../../../../jobs/rehearsal/rehearse";
import { Steps } from "../../../../jobs/rehearsal/steps";
import { Failure } from "../../../../lib/failure";
import type { StepEvidence } from "../../../../plan/evidence";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { CheckpointDirectory } from "../models/checkpointDirectory";
import { torchZip } from "../models/sampleFormats";

const silent = (): undefined => undefined;

/** What came back, as a restore says it. */
const report = {
  action: "restored",
  label: "20261127-023000F",
  dataAgeSeconds: 60,
  totalSeconds: 50,
  newestSegmentAt: "2026-11-27T04:19:00Z",
  rowCounts: { users: 7 },
  heartbeatAt: "2026-11-27T04:19:00Z",
} as unknown as RestoreReport;

/** A copy with nothing in it, which answers whatever it is asked. */
const client = {
  query: (text: string) =>
    Promise.resolve({
      rows: /pg_available_extensions/.test(text)
        ? [{ there: true }]
        : /server_version/.test(text)
          ? [{ server_version: "15.18" }]
          : /from pg_extension/.test(text)
            ? [{ schema: "public" }]
            : /from pg_database/.test(text)
              ? [{ name: "lstm_pfd" }]
              : [],
    }),
  end: () => Promise.resolve(),
} as unknown as Client;

describe("a rehearsal", () => {
  let store: FakeObjectStore;
  let root: string;
  const lines: string[] = [];

  beforeEach(async () => {
    lines.length = 0;
    store = await startFakeObjectStore();
    root = mkdtempSync(join(tmpdir(), "rehearsal-"));
    const source = new CheckpointDirectory();
    source.write("best_model.pth", torchZip());
    source.write("old/epoch_1.pth", torchZip());
    await backupModels(
      {
        requested: "always",
        directory: source.path,
        modelFile: "best_model.pth",
        storage: store.storage,
        restMs: 1,
        shrinkPercent: 100,
        now: () => new Date("2026-01-01T00:00:00Z"),
      },
      silent,
    );
    source.remove();
    store.requests.length = 0;
  });
  afterEach(async () => {
    rmSync(root, { recursive: true });
    await store.close();
  });

  async function run(
    changes: Partial<RehearsalPlan> = {},
  ): Promise<{ steps: Record<string, StepEvidence>; result: object; versions: object }> {
    const volume = volumeOf(join(root, "pgdata"));
    const steps = new Steps(silent);
    const versions = {};
    const plan: RehearsalPlan = {
      storage: store.storage,
      volume,
      planCopy: () =>
        Promise.resolve({ plan: { bases: [] as unknown } as RestoreFromBasesPlan, headGeneration: 2 }),
      cipherPass: "cipher",
      database: "lstm_pfd",
      maxDataAgeSeconds: 14_400,
      heapAllIndexed: false,
      assertions: { directory: "/nowhere", wanted: "" },
      modelFile: "best_model.pth",
      restore: async ({ inCopy }) => {
        mkdirSync(volume.incoming);
        writeFileSync(join(volume.incoming, "PG_VERSION"), "15");
        await inCopy?.({ client, connect: () => Promise.resolve(client), socket: root });
        return report;
      },
      ...changes,
    };
    const result = await rehearse(plan, { steps, versions, begunAt: new Date() }, (line) => lines.push(line));
    const all = Object.fromEntries(steps.evidence("not begun").map((step) => [step.step, step]));
    return { steps: all, result, versions };
  }

  const states = (steps: Record<string, StepEvidence>): string[] =>
    Object.values(steps).map(({ step, state }) => `${step}: ${state}`);

  it("takes every step, and says of each that it could not take why", async () => {
    const { steps, result, versions } = await run();
    assert.deepEqual(states(steps), [
      "restore: passed",
      "indexes: passed",
      "assertions: not rehearsed",
      "foreign keys: not rehearsed",
      "dump: not rehearsed",
      "models: passed",
      "prediction: not rehearsed",
    ]);
    assert.match(steps["dump"]?.says ?? "", /there is no committed dump/);
    assert.equal(steps["restore"]?.facts["rows"], 7);
    assert.deepEqual(steps["models"]?.facts, {
      ...{ snapshot: "models-20260101-000000", files: 2, whole: 2, formatUnknown: 0, notWhole: 0 },
      bytes: steps["models"]?.facts["bytes"],
    });
    assert.deepEqual(versions, { postgresql: "15.18" });
    assert.equal((result as { headGeneration?: number }).headGeneration, 2);
    // Without what was looked at besides.
    const { totalSeconds = 0 } = result as { totalSeconds?: number };
    assert.ok(totalSeconds > 0 && totalSeconds <= 50, String(totalSeconds));
  });

  it("writes nothing into the bucket, and leaves nothing on the volume", async () => {
    await run();
    assert.deepEqual(
      store.requests.filter((request) => !request.startsWith("GET ")),
      [],
    );
    for (const name of ["pgdata.incoming", "models"]) assert.equal(existsSync(join(root, name)), false);
  });

  it("names the object of a checkpoint that is damaged, and all that is not damaged passes", async () => {
    const key = "models/models-20260101-000000/checkpoints/old/epoch_1.pth";
    const bytes = Buffer.from(store.objects.get(key) ?? "");
    bytes[bytes.length >> 1] = 255 - (bytes[bytes.length >> 1] ?? 0);
    store.objects.set(key, bytes);
    const { steps } = await run();
    assert.equal(steps["restore"]?.state, "passed");
    assert.equal(steps["models"]?.state, "failed");
    assert.match(steps["models"].says ?? "", new RegExp(`s3://backups/${key} is damaged: `));
  });

  it("names the object of a checkpoint that is missing", async () => {
    store.objects.delete("models/models-20260101-000000/checkpoints/best_model.pth");
    const { steps } = await run();
    assert.match(steps["models"]?.says ?? "", /best_model\.pth is missing/);
  });

  it("looks at the models although nothing could be restored, and at nothing that was not", async () => {
    const { steps, result } = await run({
      restore: () => Promise.reject(new Failure("base backup X is damaged", "take another one")),
    });
    assert.deepEqual(states(steps).slice(0, 3), [
      "restore: failed",
      "indexes: not rehearsed",
      "assertions: not rehearsed",
    ]);
    assert.equal(steps["restore"]?.says, "base backup X is damaged; take another one");
    assert.equal(steps["models"]?.state, "passed");
    assert.deepEqual(result, {});
  });

  it("has failed to restore where there is nothing to restore", async () => {
    const { steps } = await run({
      planCopy: () => Promise.reject(new Failure("there is no generation", "run up")),
    });
    assert.equal(steps["restore"]?.state, "failed");
  });

  it("has failed where an older base backup came back, or an old one", async () => {
    const restore =
      (change: Partial<RestoreReport>): NonNullable<RehearsalPlan["restore"]> =>
      async ({ inCopy }) => {
        await inCopy?.({ client, connect: () => Promise.resolve(client), socket: root });
        return { ...report, ...change };
      };
    const passedOver = [
      { label: "L", generation: 2, object: "s3://backups/wal/x/bundle/1", reason: "checksum" },
    ];
    const damaged = await run({ restore: restore({ passedOver }) });
    assert.equal(damaged.steps["restore"]?.state, "failed");
    assert.match(
      damaged.steps["restore"].says ?? "",
      /object s3:\/\/backups\/wal\/x\/bundle\/1 \(checksum\)/,
    );
    const old = await run({ restore: restore({ dataAgeSeconds: 20_000 }) });
    assert.match(old.steps["restore"]?.says ?? "", /archiving has stopped/);
  });

  it("stops as a whole where the copy fails after its restore", async () => {
    await assert.rejects(
      run({
        restore: async ({ inCopy }) => {
          await inCopy?.({ client, connect: () => Promise.resolve(client), socket: root });
          throw new Failure("the temporary server did not stop", "look at its log");
        },
      }),
      /did not stop/,
    );
  });
});
