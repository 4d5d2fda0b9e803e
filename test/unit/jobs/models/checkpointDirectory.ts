import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A checkpoint directory of a test, with files that nobody has written to for long. */
export class CheckpointDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "checkpoints-"));

  write(file: string, content: string | Buffer): void {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    const past = new Date(Date.now() - 60_000);
    utimesSync(path, past, past);
  }

  delete(file: string): void {
    rmSync(join(this.path, file));
  }

  /** Content of each file by its path. */
  files(): Record<string, string> {
    const names = readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      names.sort().map((file) => [file.slice(this.path.length + 1), readFileSync(file, "utf8")]),
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
