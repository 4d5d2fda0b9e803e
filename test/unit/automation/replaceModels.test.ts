import assert from "node:assert/strict";
import { askedFor } from "../../../automation/jobFromPattern";
import {
  forgetModels,
  type ModelsReplaced,
  type ModelsWish,
  planModels,
  replaceModels,
} from "../../../automation/replaceModels";
import { servedModel } from "../../../automation/servedModel";
import { FakePlatform, type MadeJob } from "./fakePlatform";

const snapshot = "models-20260101-000000";
const sha256 = "a".repeat(64);

/** What the volume's Jobs answer: exchanges that are done, by id. */
class Volume {
  readonly exchanges = new Map<string, string>();
  served: string | null = sha256;
  /** Sentence with which an exchange fails. */
  fails: { before?: string; half?: string; status?: string } = {};

  readonly answer = ({ words, environment }: MadeJob): unknown => {
    const [word] = words;
    if (word === undefined) return { ok: true, modelSha256: this.served };
    if (word === "fetch") return { action: "fetched", snapshot: environment["RESTORE_MODELS"] || snapshot };
    if (word === "status") return this.status();
    const id = environment["EXCHANGE_ID"] ?? "";
    if (this.fails.before !== undefined) throw new Error(this.fails.before);
    this.exchanges.set(id, word);
    if (this.fails.half !== undefined) throw new Error(this.fails.half);
    return { action: word === "undo" ? "undone" : "replaced", exchange: id, snapshot, modelSha256: sha256 };
  };

  private status(): unknown {
    if (this.fails.status !== undefined) throw new Error(this.fails.status);
    const finished = this.fails.half === undefined;
    return { kept: [...this.exchanges].map(([exchange, kind]) => ({ exchange, kind, finished })) };
  }
}

describe("a restore of the models into a living platform", () => {
  let platform: FakePlatform;
  let volume: Volume;
  let said: string[];
  let clock: number;

  beforeEach(() => {
    platform = new FakePlatform(3, true);
    volume = new Volume();
    platform.answer = volume.answer;
    said = [];
    clock = Date.parse("2026-02-01T00:00:00Z");
  });

  const run = (wish: ModelsWish): Promise<ModelsReplaced> =>
    replaceModels(platform.kubectl, wish, {
      say: (line) => said.push(line),
      signal: new AbortController().signal,
      now: () => new Date((clock += 1000)),
      holdLimits: { timeoutMs: 200, everyMs: 1 },
    });
  const assertFree = (): void => {
    assert.equal(platform.replicas, 3);
    assert.deepEqual(platform.suspended, [true, false]);
    assert.ok(!platform.holds);
  };

  it("fetches first, then holds, exchanges, restarts, frees and proves", async () => {
    const found = await run({ action: "replace" });
    assert.deepEqual(found.served, { identity: "proven", modelSha256: sha256 });
    assert.equal(found.exchange, "20260201-000001");
    assert.deepEqual(
      platform.done.map((each) =>
        each.replace(/ --type.*("\w+":\w+).*| --(filename|ignore|timeout).*/, " $1").trim(),
      ),
      [
        "create job replace-models",
        "create",
        'patch cronjob backup-models-always "suspend":true',
        'patch cronjob backup-models-changed "suspend":true',
        'patch deployment lstm-pfd-worker "replicas":0',
        "delete job replace-models",
        "create job replace-models",
        "rollout restart deployment/lstm-pfd-dashboard deployment/lstm-pfd-worker",
        'patch deployment lstm-pfd-worker "replicas":3',
        'patch cronjob backup-models-always "suspend":true',
        'patch cronjob backup-models-changed "suspend":false',
        "rollout status deployment/lstm-pfd-dashboard",
        "rollout status deployment/lstm-pfd-worker",
        "create job verify-models",
        "delete configmap lstm-pfd-restore-models",
      ],
    );
    assert.deepEqual(
      platform.jobs.map(({ words, environment }) => [words.join(" "), environment]),
      [
        ["fetch", { RESTORE_MODELS: "" }],
        // What was fetched, though a newer one may be committed by now.
        ["replace", { RESTORE_MODELS: snapshot, EXCHANGE_ID: "20260201-000001" }],
        ["", { EXPECT_NONCE: "", PERMIT_INITIALISE: "false" }],
      ],
    );
    assertFree();
    // Under the name of kubectl, "up" would take it for a person's doing, and take it back.
    assert.ok(
      platform.done.every(
        (each) => !each.startsWith("patch") || each.endsWith("--field-manager=lstm-pfd-restore"),
      ),
    );
  });

  for (const action of ["replace", "undo"] as const)
    it(`killed before any call of ${action} and repeated, it is one exchange, and all is as it was`, async () => {
      const prepare = (): void => {
        platform = new FakePlatform(3, true);
        volume = new Volume();
        platform.answer = volume.answer;
        if (action === "undo") volume.exchanges.set("20260101-000000", "replace");
      };
      let calls = 0;
      prepare();
      platform.before = () => (calls += 1);
      await run({ action });
      assert.ok(calls > 20);
      for (let kill = 1; kill <= calls; kill += 1) {
        prepare();
        let count = 0;
        let where = "";
        platform.before = (what) => {
          count += 1;
          if (count < kill) return;
          where = what;
          throw new DOMException("killed", "AbortError");
        };
        const signal = new AbortController();
        signal.abort(new Error("killed"));
        await assert.rejects(killable(signal.signal, { action }));
        platform.before = () => undefined;
        await run({ action });
        assertFree();
        const own = [...volume.exchanges.values()].filter((kind) => kind === action);
        assert.equal(own.length, 1, `killed at ${where}`);
        assert.match([...volume.exchanges.keys()].at(-1) ?? "", /^20260201-\d{6}$/);
      }
    });

  /** A kill ends everything: what would be done after a failure is not. */
  const killable = (signal: AbortSignal, wish: ModelsWish): Promise<ModelsReplaced> =>
    replaceModels(platform.kubectl, wish, {
      say: () => undefined,
      signal,
      now: () => new Date((clock += 1000)),
      holdLimits: { timeoutMs: 200, everyMs: 1 },
    });

  it("frees the worker when nothing was exchanged", async () => {
    volume.fails = { before: "replace-models: the volume is full" };
    await assert.rejects(
      run({ action: "replace" }),
      /the volume is full; the living checkpoints are as they were, and lstm-pfd-worker runs again/,
    );
    assertFree();
  });

  it("keeps the worker held when files were exchanged, or when that cannot be told, and goes on later", async () => {
    for (const [fails, says] of [
      [
        { half: "the volume is full" },
        /the volume is full; the exchange is half done; lstm-pfd-worker stays held: mend that, then run `npm run restore -- models --snapshot models-20260101-000000` again/,
      ],
      [
        { before: "the node is gone", status: "unknown" },
        /the node is gone; whether files were exchanged is not known; lstm-pfd-worker stays held/,
      ],
    ] as const) {
      volume.fails = fails;
      await assert.rejects(run({ action: "replace" }), says);
      assert.equal(platform.replicas, 0);
      assert.deepEqual(platform.suspended, [true, true]);
      volume.fails = {};
      await run({ action: "replace" });
      assertFree();
      assert.ok(
        said.includes(
          "going on with npm run restore -- models --snapshot models-20260101-000000, which was stopped",
        ),
      );
    }
  });

  it("refuses anything else while one has not come to its end", async () => {
    volume.fails = { half: "killed" };
    await assert.rejects(run({ action: "replace" }));
    const says =
      /`npm run restore -- models --snapshot models-20260101-000000` was begun and has not come to its end: run it again first/;
    await assert.rejects(run({ action: "undo" }), says);
    await assert.rejects(run({ action: "replace", snapshot: "models-20260102-000000" }), says);
    await assert.rejects(forgetModels(platform.kubectl), says);
  });

  it("holds nothing when the snapshot cannot be fetched, or there is nothing to undo", async () => {
    await assert.rejects(run({ action: "undo" }), /there is nothing to undo/);
    platform.answer = () => {
      throw new Error("the snapshot is damaged");
    };
    await assert.rejects(run({ action: "replace" }), /^Error: the snapshot is damaged$/);
    assertFree();
    assert.ok(platform.done.every((each) => !/patch/.test(each)));
  });

  it("does not exchange while a pod of the worker has not ended", async () => {
    platform.lingering = Infinity;
    await assert.rejects(run({ action: "replace" }), /pods of lstm-pfd-worker do not end \(worker-1\)/);
    assert.deepEqual(
      platform.jobs.map(({ words }) => words[0]),
      ["fetch"],
    );
    platform.lingering = 0;
    await run({ action: "replace" });
    assertFree();
  });

  it("says what to do when the verification fails or another model answers, and holds nothing", async () => {
    volume.served = "b".repeat(64);
    await assert.rejects(
      run({ action: "replace" }),
      /exchanged, but the verification failed: the application answers with model bbbbbbbbbbbb…, and aaaaaaaaaaaa… was put into place; `npm run restore -- models --undo` brings the old ones back/,
    );
    assertFree();
    volume.served = sha256;
    await run({ action: "undo" });
    assertFree();
  });

  it("waits for a Job that was asked for the same, and for no other", async () => {
    const command = { command: ["replace-models", "fetch"], environment: { RESTORE_MODELS: "" } };
    const underWay = (asked: object): void => {
      platform.put("job", {
        metadata: { name: "replace-models", annotations: { [askedFor]: JSON.stringify(asked) } },
      });
    };
    underWay({ ...command, environment: { RESTORE_MODELS: "another" } });
    await assert.rejects(
      run({ action: "replace" }),
      /job replace-models is under way and was asked for something else/,
    );
    underWay(command);
    await run({ action: "replace" });
    assert.equal(platform.done.filter((each) => each.startsWith("create job replace-models")).length, 1);
  });

  it("plans with a Job of its own, and names a platform that cannot", async () => {
    platform.answer = ({ words, name }) => ({ action: "planned", words, name });
    assert.deepEqual(await planModels(platform.kubectl, { action: "undo" }), {
      action: "planned",
      words: ["plan", "undo"],
      name: "replace-models-plan",
    });
    assertFree();
    platform.objects.delete("job restore-models");
    platform.objects.delete("job replace-models-plan");
    await assert.rejects(
      planModels(platform.kubectl, { action: "replace" }),
      /the platform has no job restore-models/,
    );
  });
});

describe("the model that answers", () => {
  const cases: [name: string, file: string | null, verification: unknown, identity: string | RegExp][] = [
    ["is the one that came", "a", { modelSha256: "a" }, "proven"],
    ["is another one", "a", { modelSha256: "b" }, /answers with model b…, and a… was put into place/],
    ["is not named by the application", "a", { modelSha256: null }, "not told by the application"],
    ["is not named by a verification without a result", "a", undefined, "not told by the application"],
    [
      "cannot be compared with a file of another format",
      null,
      { modelSha256: "b" },
      "not told by the checkpoint",
    ],
  ];
  for (const [name, modelSha256, verification, expected] of cases)
    it(name, () => {
      const find = (): string => servedModel({ modelSha256 }, verification).identity;
      if (typeof expected === "string") assert.equal(find(), expected);
      else assert.throws(find, expected);
    });
});
