import { weightCount, type Checkpoint, type CheckpointMetadata } from "../../../../jobs/models/checkpoint";
import { SIGNAL_SAMPLES } from "../../../../images/application/src/model";

/** A small checkpoint with eleven classes; another seed gives other weights. */
export function sampleCheckpoint(metadata: Partial<CheckpointMetadata> = {}, seed = 1): Checkpoint {
  const header = {
    architecture: "spectrum-dense" as const,
    classes: Array.from({ length: 11 }, (_, index) => `class-${index}`),
    features: 64,
    hidden: 16,
    metadata: { createdAt: "2026-01-02T03:04:05.000Z", ...metadata },
  };
  const weights = Float32Array.from({ length: weightCount(header) }, (_, index) =>
    Math.sin(seed + index * 7.3),
  );
  return { header, weights };
}

/** Two tones; five seconds of them. */
export function sampleSignal(): number[] {
  return Array.from(
    { length: SIGNAL_SAMPLES },
    (_, index) => Math.sin(index / 7) + 0.2 * Math.sin(index * 1.3),
  );
}
