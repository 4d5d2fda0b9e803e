import assert from "node:assert/strict";
import { NotRehearsed } from "../../../../jobs/rehearsal/steps";
import { type AtWork, withEvidence } from "../../../../jobs/rehearsal/withEvidence";
import { Failure } from "../../../../lib/failure";
import { type Evidence, parseEvidence } from "../../../../plan/evidence";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";

const silent = (): undefined => undefined;

describe("a rehearsal with evidence", () => {
  let store: FakeObjectStore;
  beforeEach(async () => {
    store = await startFakeObjectStore();
  });
  afterEach(() => store.close());

  const run = (work: (atWork: AtWork) => Promise<object>, endsInMs = 60_000) =>
    withEvidence(
      {
        store: { creator: store.storage, reader: store.storage },
        site: "test/lstm-pfd",
        endsAt: new Date(Date.now() + endsInMs),
      },
      work,
      silent,
    );
  const written = (): Evidence => {
    const [text] = store.objects.values();
    return parseEvidence(String(text));
  };
  const pass = async ({ steps }: AtWork): Promise<object> => {
    await steps.take("restore", () => Promise.resolve({ rows: 7 }));
    return { rowCounts: { users: 7 } };
  };

  it("says that it has passed, and what was not rehearsed", async () => {
    const result = await run(async (atWork) => {
      atWork.versions["postgresql"] = "15.18";
      const report = await pass(atWork);
      await atWork.steps.take("prediction", () => Promise.reject(new NotRehearsed("no image")));
      return report;
    });
    assert.equal(result.outcome, "passed");
    assert.deepEqual((result as { rowCounts?: object }).rowCounts, { users: 7 });
    const evidence = written();
    assert.deepEqual(
      [evidence.outcome, evidence.says, evidence.site, evidence.versions],
      ["passed", undefined, "test/lstm-pfd", { postgresql: "15.18" }],
    );
    const states = Object.fromEntries(evidence.steps.map(({ step, state, says }) => [step, [state, says]]));
    assert.deepEqual(states["restore"], ["passed", undefined]);
    assert.deepEqual(states["prediction"], ["not rehearsed", "no image"]);
    assert.equal(states["models"]?.[0], "not rehearsed");
    assert.deepEqual(evidence.steps[0]?.facts, { rows: 7 });
  });

  it("fails with the sentence of what has failed, and where the evidence is", async () => {
    await assert.rejects(
      run(async (atWork) => {
        await pass(atWork);
        await atWork.steps.take("models", () =>
          Promise.reject(new Failure("s3://backups/models/x is damaged", "bring it back")),
        );
        return {};
      }),
      /^Failure: s3:\/\/backups\/models\/x is damaged; bring it back; the evidence is s3:\/\/backups\/evidence\/rehearsal\/\S+\.json$/,
    );
    assert.deepEqual(
      [written().outcome, written().says],
      ["failed", "s3://backups/models/x is damaged; bring it back"],
    );
  });

  it("has failed where something fails that is no step's, although all steps have passed", async () => {
    await assert.rejects(
      run(async (atWork) => {
        await pass(atWork);
        throw new TypeError("of the program");
      }),
      /of the program; the evidence is/,
    );
    assert.deepEqual([written().outcome, written().says], ["failed", "of the program"]);
  });

  it("has failed where nothing was restored", async () => {
    await assert.rejects(
      run(() => Promise.resolve({})),
      /nothing was restored; the evidence is/,
    );
    assert.equal(written().outcome, "failed");
  });

  it("leaves evidence before its time is over, which names the step that it was at", async () => {
    await assert.rejects(
      run(({ steps }) => steps.take("restore", () => new Promise(silent)) as Promise<never>, 200),
      /it did not end within \d+ s; .*rehearsalHours/,
    );
    const [restore] = written().steps;
    assert.deepEqual([restore?.step, restore?.state], ["restore", "failed"]);
  });

  it("fails where the evidence cannot be written, also when all has passed", async () => {
    store.fault = (method) => (method === "PUT" ? 403 : undefined);
    await assert.rejects(run(pass), /^Failure: the rehearsal has passed, and nobody will know: the evidence/);
  });

  it("begins nothing where the store does not answer", async () => {
    store.fault = () => 403;
    let begun = false;
    await assert.rejects(
      run(() => {
        begun = true;
        return Promise.resolve({});
      }),
    );
    assert.equal(begun, false);
  });
});
