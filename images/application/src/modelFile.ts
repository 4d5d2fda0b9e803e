import { stat } from "node:fs/promises";
import { CheckpointError, readCheckpoint, type LoadedCheckpoint } from "../../../jobs/models/checkpoint";

/** The checkpoint in force, or why there is none. */
export type ModelState = { checkpoint: LoadedCheckpoint } | { problem: string };

/**
 * Follows the checkpoint file: each call looks whether it is another file than last time and reads it if so.
 * Says once in the log what it found.
 */
export class ModelFile {
  private version = "";
  private state: ModelState = { problem: "not read yet" };
  private reading: Promise<ModelState> | undefined;

  constructor(
    private readonly file: string,
    private readonly log: (line: string) => void,
  ) {}

  /** The state of the file now. Callers at the same time share one reading. */
  current(): Promise<ModelState> {
    this.reading ??= this.refresh().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async refresh(): Promise<ModelState> {
    const version = await this.fileVersion();
    if (version === this.version) return this.state;
    this.state = await this.read();
    this.version = version;
    return this.state;
  }

  /** Changes whenever the file is written or replaced. */
  private async fileVersion(): Promise<string> {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await stat(this.file);
      return [ino, size, mtimeMs, ctimeMs].join(" ");
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code);
    }
  }

  private async read(): Promise<ModelState> {
    try {
      const checkpoint = await readCheckpoint(this.file);
      this.log(`checkpoint ${this.file}: loaded, ${checkpoint.sizeBytes} bytes, sha256 ${checkpoint.sha256}`);
      return { checkpoint };
    } catch (error) {
      const problem =
        error instanceof CheckpointError ? error.message : `checkpoint ${this.file}: ${String(error)}`;
      this.log(problem);
      return { problem };
    }
  }
}
