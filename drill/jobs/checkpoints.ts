import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { weightCount, writeCheckpoint, type CheckpointHeader } from "../../jobs/models/checkpoint";
import { formatBytes } from "../../lib/format";
import { checkNonce } from "../nonce";

/** What is written, and where. */
export interface CheckpointPlan {
  directory: string;
  /** Path of the checkpoint in use, beneath `directory`. */
  modelFile: string;
  nonce: string;
  /** Width of the hidden layer: each 64 are 0.26 MB per file. @default 4096, 16.8 MB per file */
  hidden?: number;
}

/** What was written. */
export interface WrittenCheckpoints {
  files: { path: string; sha256: string }[];
  totalBytes: number;
}

/** Fault classes of the application's signals. */
const CLASSES = [
  "normal",
  "misalignment",
  "imbalance",
  "looseness",
  "lubrication",
  "cavitation",
  "wear",
  "oil_whirl",
  "misalignment_imbalance",
  "wear_lubrication",
  "cavitation_looseness",
];
const FEATURES = 1024;
const EPOCHS = [10, 20, 30, 40];

/**
 * Writes the checkpoint in use and one for each of a few epochs, as training leaves them: 80 MiB in all, each with the
 * nonce in its header and with weights that follow from it, so that two drills never hold the same files.
 */
export async function writeDrillCheckpoints(
  { directory, modelFile, nonce, hidden = 4096 }: CheckpointPlan,
  log: (line: string) => void,
): Promise<WrittenCheckpoints> {
  const header: CheckpointHeader = {
    architecture: "spectrum-dense",
    classes: CLASSES,
    features: FEATURES,
    hidden,
    metadata: { createdAt: new Date().toISOString(), nonce: checkNonce(nonce) },
  };
  const folder = dirname(modelFile);
  const paths = [...EPOCHS.map((epoch) => join(folder, `checkpoint_epoch_${epoch}.pth`)), modelFile];
  const files: WrittenCheckpoints["files"] = [];
  for (const path of paths) {
    await mkdir(join(directory, folder), { recursive: true });
    const weights = randomWeights(weightCount(header), `${nonce} ${path}`);
    files.push({ path, sha256: await writeCheckpoint(join(directory, path), { header, weights }) });
    log(`wrote ${path} (${formatBytes(weights.byteLength)})`);
  }
  return { files, totalBytes: paths.length * 4 * weightCount(header) };
}

/** Weights as after training: around 0, small enough that no layer saturates. The same seed gives the same weights. */
function randomWeights(count: number, seed: string): Float32Array {
  // Zero would stay zero.
  let state = createHash("sha256").update(seed).digest().readInt32LE() || 1;
  const scale = 1 / (Math.sqrt(FEATURES) * 0x80000000);
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state * scale;
  });
}
