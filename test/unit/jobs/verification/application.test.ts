import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  checkHealth,
  checkModelLoaded,
  checkPrediction,
  metricValue,
  parsePrediction,
  SIGNAL_SAMPLES,
  testSignal,
} from "../../../../jobs/verification/application";
import { type Target, targetOf } from "../../../../jobs/verification/target";

describe("the application, seen from outside", () => {
  it("gets the same signal of real size each time", () => {
    const signal = testSignal();
    assert.equal(signal.length, SIGNAL_SAMPLES);
    assert.ok(signal.every((value) => Number.isFinite(value)));
    assert.deepEqual(testSignal(), signal);
  });

  it("tells a metric from others that begin like it", () => {
    const text =
      '# HELP lstm_pfd_model_loaded x\nlstm_pfd_model_loaded_total 7\nlstm_pfd_model_loaded 1\nlabelled{a="b"} 2.5\n';
    assert.equal(metricValue(text, "lstm_pfd_model_loaded"), 1);
    assert.equal(metricValue(text, "labelled"), 2.5);
    assert.equal(metricValue(text, "absent"), undefined);
  });

  it("compares predictions without the time that they took", () => {
    const one = parsePrediction(
      '{"fault":"a","inference_time_ms":1,"model":{"sha256":"s","metadata":{"nonce":"n"}}}',
    );
    const two = parsePrediction(
      '{"fault":"a","inference_time_ms":2,"model":{"sha256":"s","metadata":{"nonce":"n"}}}',
    );
    assert.equal(one.answer, two.answer);
    assert.equal(one.nonce, "n");
    assert.equal(one.modelSha256, "s");
    assert.notEqual(parsePrediction('{"fault":"b"}').answer, parsePrediction('{"fault":"a"}').answer);
    assert.throws(() => parsePrediction("null"), /did not answer with an object/);
  });

  describe("over HTTP", () => {
    let server: Server;
    let target: Target;
    let answers: Record<string, { status?: number; body: string }[]>;
    let received: string[];

    beforeEach(async () => {
      received = [];
      answers = {};
      server = createServer((request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (text: string) => (body += text));
        request.on("end", () => {
          received.push(body);
          const answer = answers[request.url ?? ""]?.shift() ?? { status: 404, body: "no such path" };
          response.writeHead(answer.status ?? 200).end(answer.body);
        });
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      target = targetOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "", "");
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    });

    it("is healthy or says why not", async () => {
      answers["/health"] = [{ body: "{}" }, { status: 503, body: '{"reason":"database: gone"}' }];
      await checkHealth(target);
      await assert.rejects(checkHealth(target), /\/health answered 503: .*database: gone/);
    });

    it("has a model or has none", async () => {
      answers["/metrics"] = [
        { body: "lstm_pfd_model_loaded 1\n" },
        { body: "lstm_pfd_model_loaded 0\n" },
        { body: "" },
      ];
      await checkModelLoaded(target);
      await assert.rejects(checkModelLoaded(target), /is 0 instead of 1/);
      await assert.rejects(checkModelLoaded(target), /is missing instead of 1/);
    });

    it("gives one answer to one signal", async () => {
      answers["/predict"] = [
        { body: '{"fault":"a"}' },
        { body: '{"fault":"a"}' },
        { body: '{"fault":"a"}' },
        { body: '{"fault":"b"}' },
      ];
      assert.equal((await checkPrediction(target)).nonce, undefined);
      const [first, second] = received;
      assert.equal(first, second);
      assert.equal((JSON.parse(first ?? "") as { signal: number[] }).signal.length, SIGNAL_SAMPLES);
      await assert.rejects(checkPrediction(target), /two answers to the same signal/);
    });
  });
});
