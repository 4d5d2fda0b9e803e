import assert from "node:assert/strict";
import { predict } from "../../../../images/application/src/model";
import { spectrum } from "../../../../images/application/src/spectrum";
import { sampleCheckpoint, sampleSignal } from "./sample";

describe("the spectrum of a signal", () => {
  for (const band of [0, 5, 31]) {
    it(`of a tone in band ${band} is highest there`, () => {
      const tone = Float64Array.from({ length: 640 }, (_, index) =>
        Math.cos((2 * Math.PI * band * index) / 64),
      );
      const bands = spectrum(tone, 32);
      assert.equal(bands.indexOf(Math.max(...bands)), band);
    });
  }

  it("has mean 0 and deviation 1", () => {
    const bands = spectrum(Float64Array.from(sampleSignal()), 64);
    const mean = bands.reduce((sum, value) => sum + value, 0) / bands.length;
    const variance = bands.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bands.length;
    assert.ok(Math.abs(mean) < 1e-9);
    assert.ok(Math.abs(variance - 1) < 1e-9);
  });

  it("of silence is flat, not undefined", () => {
    assert.deepEqual(spectrum(new Float64Array(64), 32), new Float64Array(32));
  });

  it("needs a whole window", () => {
    assert.throws(() => spectrum(new Float64Array(63), 32), /63 samples is shorter than 64/);
  });
});

describe("a prediction", () => {
  const signal = Float64Array.from(sampleSignal());

  it("names the likeliest of eleven classes, whose probabilities add up to 1", () => {
    const { fault, probabilities } = predict(sampleCheckpoint(), signal);
    assert.equal(probabilities.length, 11);
    assert.ok(Math.abs(probabilities.reduce((sum, value) => sum + value) - 1) < 1e-9);
    assert.equal(fault, `class-${probabilities.indexOf(Math.max(...probabilities))}`);
  });

  it("is the same for the same checkpoint and signal", () => {
    assert.deepEqual(predict(sampleCheckpoint(), signal), predict(sampleCheckpoint(), signal));
  });

  it("changes with any layer of the checkpoint", () => {
    const original = predict(sampleCheckpoint(), signal).probabilities;
    const { weights } = sampleCheckpoint();
    for (const index of [0, weights.length - 1]) {
      const changed = sampleCheckpoint();
      changed.weights[index] = 3;
      assert.notDeepEqual(predict(changed, signal).probabilities, original, `weight ${index} is not used`);
    }
  });

  it("changes with the signal", () => {
    const other = signal.map((sample, index) => sample + Math.sin(index * 2.2));
    const checkpoint = sampleCheckpoint();
    assert.notDeepEqual(predict(checkpoint, other).probabilities, predict(checkpoint, signal).probabilities);
  });
});
