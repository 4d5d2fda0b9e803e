import type { Checkpoint } from "../../../jobs/models/checkpoint";
import { spectrum } from "./spectrum";

/** Samples of a signal: five seconds at 20,480 Hz. */
export const SIGNAL_SAMPLES = 102_400;

/** What the model makes of a signal. */
export interface Prediction {
  /** The likeliest class. */
  fault: string;
  /** One for each class, in the checkpoint's order; their sum is 1. */
  probabilities: number[];
}

/** Spectrum → dense layer with tanh → dense layer with softmax, all weights from the checkpoint. */
export function predict(checkpoint: Checkpoint, signal: Float64Array): Prediction {
  const { header, weights } = checkpoint;
  const input = spectrum(signal, header.features);
  const hidden = dense(weights, 0, input, header.hidden).map(Math.tanh);
  const scores = dense(weights, header.hidden * (header.features + 1), hidden, header.classes.length);
  const probabilities = softmax(scores);
  const likeliest = probabilities.indexOf(Math.max(...probabilities));
  return { fault: header.classes[likeliest] ?? "unknown", probabilities };
}

/** Rows of weights, each followed by its bias, starting at `offset`. */
function dense(weights: Float32Array, offset: number, input: Float64Array, rows: number): Float64Array {
  const output = new Float64Array(rows);
  let position = offset;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (const value of input) sum += value * (weights[position++] ?? 0);
    output[row] = sum + (weights[position++] ?? 0);
  }
  return output;
}

function softmax(scores: Float64Array): number[] {
  const highest = Math.max(...scores);
  const exponentials = Array.from(scores, (score) => Math.exp(score - highest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}
