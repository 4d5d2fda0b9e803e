import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createDashboard, type DashboardParts } from "../../../../images/application/src/dashboard";
import type { LoadedCheckpoint } from "../../../../jobs/models/checkpoint";
import type { ModelState } from "../../../../images/application/src/modelFile";
import { MAX_BODY_BYTES } from "../../../../images/application/src/requestBody";
import { sampleCheckpoint, sampleSignal } from "./sample";

const loaded: LoadedCheckpoint = {
  ...sampleCheckpoint({ nonce: "n-3" }),
  sizeBytes: 4242,
  sha256: "ab".repeat(32),
};
const noModel: ModelState = { problem: "checkpoint /app/checkpoints/best_model.pth: does not exist" };
const database: DashboardParts["database"] = {
  ping: () => Promise.resolve(),
  experiments: () =>
    Promise.resolve({ count: 7, newest: { name: "drill-nonce-1", createdAt: "2026-01-02 03:04:05" } }),
};
const noDatabase: DashboardParts["database"] = {
  ping: () => Promise.reject(new AggregateError([new Error("connect ECONNREFUSED 10.0.0.1:5432")])),
  experiments: () => Promise.reject(new Error('relation "experiments" does not exist')),
};

describe("the dashboard", () => {
  let server: Server | undefined;
  let log: string[] = [];
  afterEach(() => server?.close());

  /** A dashboard on a port of its own; gives its URL. */
  async function start(parts: Partial<DashboardParts> & { state?: ModelState } = {}): Promise<string> {
    const state = parts.state ?? { checkpoint: loaded };
    log = [];
    const listening = createDashboard({
      database,
      model: { current: () => Promise.resolve(state) },
      log: (line) => log.push(line),
      ...parts,
    });
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }

  async function predict(
    url: string,
    body: string,
  ): Promise<{ status: number; answer: Record<string, unknown> }> {
    const response = await fetch(`${url}/predict`, { method: "POST", body });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  }

  describe("/health", () => {
    const cases = [
      { name: "200 with database and model", parts: {}, status: 200, reason: undefined },
      { name: "503 without a model", parts: { state: noModel }, status: 503, reason: noModel.problem },
      {
        name: "503 without a database",
        parts: { database: noDatabase },
        status: 503,
        reason: "database: connect ECONNREFUSED 10.0.0.1:5432",
      },
      {
        name: "503 with both reasons without either",
        parts: { database: noDatabase, state: noModel },
        status: 503,
        reason: `database: connect ECONNREFUSED 10.0.0.1:5432; ${noModel.problem}`,
      },
    ];
    for (const { name, parts, status, reason } of cases) {
      it(`answers ${name}`, async () => {
        const response = await fetch(`${await start(parts)}/health`);
        const answer = (await response.json()) as { reason?: string };
        assert.equal(response.status, status);
        assert.equal(answer.reason, reason);
      });
    }
  });

  describe("/metrics", () => {
    it("says that a model is loaded, and how large it is", async () => {
      const text = await (await fetch(`${await start()}/metrics`)).text();
      assert.match(text, /^lstm_pfd_model_loaded 1$/m);
      assert.match(text, /^lstm_pfd_model_size_bytes 4242$/m);
    });

    it("says that none is", async () => {
      const text = await (await fetch(`${await start({ state: noModel })}/metrics`)).text();
      assert.match(text, /^lstm_pfd_model_loaded 0$/m);
    });

    it("counts requests by path and status, and inferences by fault", async () => {
      const url = await start();
      await fetch(`${url}/health`);
      const { answer } = await predict(url, JSON.stringify({ signal: sampleSignal() }));
      await fetch(`${url}/no-such-path`);
      const text = await (await fetch(`${url}/metrics`)).text();
      assert.match(text, /^lstm_pfd_requests_total\{path="\/health",status="200"\} 1$/m);
      assert.match(text, /^lstm_pfd_requests_total\{path="\/predict",status="200"\} 1$/m);
      assert.match(text, /^lstm_pfd_requests_total\{path="other",status="404"\} 1$/m);
      assert.ok(text.includes(`lstm_pfd_inferences_total{fault="${String(answer["fault"])}"} 1\n`));
      assert.match(text, /^lstm_pfd_request_latency_seconds_count 3$/m);
      assert.match(text, /^lstm_pfd_inference_seconds_bucket\{le="\+Inf"\} 1$/m);
    });
  });

  describe("/predict", () => {
    it("answers with fault, probabilities and the checkpoint they come from", async () => {
      const { status, answer } = await predict(await start(), JSON.stringify({ signal: sampleSignal() }));
      assert.equal(status, 200);
      assert.match(String(answer["fault"]), /^class-\d+$/);
      assert.equal((answer["probabilities"] as number[]).length, 11);
      assert.deepEqual(answer["model"], {
        architecture: "spectrum-dense",
        sha256: loaded.sha256,
        sizeBytes: 4242,
        metadata: loaded.header.metadata,
      });
    });

    it("answers 503 without a model", async () => {
      const { status, answer } = await predict(
        await start({ state: noModel }),
        JSON.stringify({ signal: sampleSignal() }),
      );
      assert.equal(status, 503);
      assert.equal(answer["error"], noModel.problem);
    });

    const refused: { name: string; body: string; status: number; error: RegExp }[] = [
      { name: "no JSON", body: "{", status: 400, error: /not JSON/ },
      { name: "no signal", body: "{}", status: 400, error: /must be \{"signal"/ },
      { name: "null", body: "null", status: 400, error: /must be \{"signal"/ },
      { name: "a short signal", body: '{"signal":[1,2]}', status: 400, error: /102400 numbers, not 2/ },
      {
        name: "a sample that is text",
        body: JSON.stringify({ signal: sampleSignal().map((sample, index) => (index === 9 ? "1" : sample)) }),
        status: 400,
        error: /signal\[9\] is not a finite number/,
      },
      {
        name: "too many bytes",
        body: " ".repeat(MAX_BODY_BYTES + 1),
        status: 413,
        error: /longer than 8388608/,
      },
    ];
    for (const { name, body, status, error } of refused) {
      it(`refuses ${name} with ${status}`, async () => {
        const answered = await predict(await start(), body);
        assert.equal(answered.status, status);
        assert.match(String(answered.answer["error"]), error);
      });
    }

    it("refuses too many bytes with 413 when their number is not announced", async () => {
      const sending = request(`${await start()}/predict`, { method: "POST" });
      for (let sent = 0; sent <= MAX_BODY_BYTES; sent += 1 << 20) sending.write(" ".repeat(1 << 20));
      sending.end();
      const [response] = (await once(sending, "response")) as [IncomingMessage];
      response.resume();
      assert.equal(response.statusCode, 413);
    });
  });

  describe("/experiments", () => {
    it("answers with number and newest", async () => {
      const response = await fetch(`${await start()}/experiments`);
      assert.deepEqual(await response.json(), await database.experiments());
    });

    it("answers 503 with the database's reason", async () => {
      const response = await fetch(`${await start({ database: noDatabase })}/experiments`);
      assert.equal(response.status, 503);
      assert.deepEqual(await response.json(), { error: 'database: relation "experiments" does not exist' });
    });
  });

  it("answers 404 for an unknown path and 405 for another method", async () => {
    const url = await start();
    assert.equal((await fetch(`${url}/secret`)).status, 404);
    assert.equal((await fetch(`${url}/predict`)).status, 405);
  });

  it("answers 500 without details for a fault of its own, and logs it", async () => {
    const model = { current: () => Promise.reject(new Error("detail")) };
    const response = await fetch(`${await start({ model })}/metrics`);
    assert.equal(response.status, 500);
    assert.deepEqual(await response.json(), { error: "internal error" });
    assert.deepEqual(log, ["request failed: detail"]);
  });
});
