import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Failure } from "../../lib/failure";
import { writeWhole } from "../../lib/writeWhole";

/**
 * What a volume knows of the life that is on it. Scripts read it too, so it has one `name=value` a line: the archive command
 * finds its generation here, and the server starts only on "opened".
 */
export interface VolumeLife {
  /** Random: a volume that was lost, copied or made anew is another life. */
  life: string;
  /** The generation that this life claims, or has. */
  generation: number;
  /**
   * claiming: written before the claim, which may exist; claimed: it does, and nobody was served; opened: this life may write,
   * archive and start.
   */
  state: "claiming" | "claimed" | "opened";
}

const line = /^(life|generation|state)=(.*)$/;

/** A new life's name. */
export function newLife(): string {
  return randomUUID();
}

/**
 * Reads the file of a volume; undefined when it has none: the volume is new, or from before there were lives.
 * @throws Failure when it cannot be understood: a guess could make two lives of one
 */
export function readVolumeLife(file: string): VolumeLife | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const values = new Map(
    text.split("\n").flatMap((row) => {
      const match = line.exec(row);
      return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
    }),
  );
  const life = values.get("life") ?? "";
  const generation = Number(values.get("generation"));
  const state = values.get("state");
  if (life === "" || !Number.isInteger(generation) || generation < 1 || !isState(state))
    throw new Failure(
      `${file}, which names the life on this volume, cannot be understood`,
      "if the data directory beside it is of no use, empty the volume and run the restore again: it then begins as a new life",
    );
  return { life, generation, state };
}

function isState(state: string | undefined): state is VolumeLife["state"] {
  return state === "claiming" || state === "claimed" || state === "opened";
}

/** Writes the file so that it is there, whole, after a power cut too. */
export async function writeVolumeLife(file: string, { life, generation, state }: VolumeLife): Promise<void> {
  await writeWhole(file, `life=${life}\ngeneration=${generation}\nstate=${state}\n`);
}
