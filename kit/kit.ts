import { isDeepStrictEqual } from "node:util";
import { type ConfigKeyName, configKeys } from "../config/schema";

/**
 * What a platform cannot be rebuilt without, as values of configuration keys: where the backups are, the keys of their roles,
 * the repository's passphrase, the application's secrets. It needs no stack and no state to be opened.
 */
export type RecoveryKit = Partial<Record<ConfigKeyName, string>>;

/** Which vault a kit is of, and where that was when the kit was written. */
export interface VaultPlace {
  /** As the vault itself says it: `config/vault.json`. */
  id: string;
  /** As `--from-vault` takes it: `https://host:port/bucket`, or `s3://bucket` at AWS. */
  address: string;
  region: string;
  /** PEM of its private authority; empty for a public one. */
  authority: string;
  /** Configuration keys by which a platform finds its object store. */
  keys: Partial<Record<ConfigKeyName, string>>;
}

/** What is known of the platform that was brought up last beside the vault. */
export interface PlatformRecord {
  /** Its stack. */
  stack: string;
  /** Its configuration, as far as another platform is to have it too; keys of other namespaces with it. */
  settings: Record<string, string>;
  /** Keys with values that only the engine of that stack can open: they are not in the kit. */
  leftOut: string[];
  /** What it ran: the version of this project, images by digest, charts. */
  versions: Record<string, string>;
}

/** The content of a recovery kit. */
export interface Kit {
  /** Counts up with each change; 0 for a kit from before version 2, and for one that is only begun. */
  generation: number;
  /** ISO, by the writer's clock; empty where the generation is 0. */
  writtenAt: string;
  values: RecoveryKit;
  /** @default not known: the kit was written before version 2, or no vault has answered yet */
  vault?: VaultPlace;
  /** @default none was brought up */
  platform?: PlatformRecord;
}

/** A kit that nothing was written into yet. */
export const emptyKit: Kit = { generation: 0, writtenAt: "", values: {} };

/** Whether two kits say the same, whenever they were written. */
export function saysTheSame(one: Kit, other: Kit): boolean {
  const said = (kit: Kit): Kit => ({ ...kit, generation: 0, writtenAt: "" });
  return isDeepStrictEqual(said(one), said(other));
}

/** Whether a kit is from before version 2: it has values alone, and does not say whose it is. */
export function isOld({ generation }: Kit): boolean {
  return generation === 0;
}

/** The text of a kit, to be sealed. */
export function kitText({ values, vault, platform }: Kit): string {
  return JSON.stringify({ format: 2, values, vault, platform });
}

/**
 * Reads the text of a kit. Before version 2 it was the values alone.
 * @param about what its seal says of it
 * @throws Error whose message is what is wrong with it
 */
export function parseKitText(text: string, about: Pick<Kit, "generation" | "writtenAt">): Kit {
  const content = JSON.parse(text) as Record<string, unknown>;
  if (content["format"] === undefined) return { ...emptyKit, values: checkedValues(content) };
  if (content["format"] !== 2) throw new Error(`it has the format ${JSON.stringify(content["format"])}`);
  const { values, vault, platform } = content as unknown as Kit;
  return {
    generation: about.generation,
    writtenAt: about.writtenAt,
    values: checkedValues(values),
    ...(vault === undefined ? {} : { vault }),
    ...(platform === undefined ? {} : { platform }),
  };
}

function checkedValues(values: Record<string, unknown>): RecoveryKit {
  const unknown = Object.keys(values).find((key) => !(key in configKeys) || typeof values[key] !== "string");
  if (unknown !== undefined)
    throw new Error(`it holds "${unknown}", which is no configuration key of this version`);
  return values;
}
