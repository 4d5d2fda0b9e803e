import { existsSync } from "node:fs";
import { settingsDirectory } from "../automation/settingsDirectory";
import { configKeys } from "../config/schema";
import { type KitFit, kitFacts } from "../kit/kitFacts";
import type { RetentionDays } from "../plan/backupClasses";
import { parseSavedSecrets, type SavedSecret } from "../plan/savedSecrets";
import {
  type BucketFacts,
  type KitFacts,
  type PlatformFacts,
  type Read,
  read,
  type StatusFacts,
} from "../plan/status/facts";
import { type Objectives, objectivesOf } from "../plan/status/objectives";
import { askBucket, notRead } from "./askBucket";
import type { Options } from "./commandLine";
import { later } from "./later";
import { type StatusSource, statusSource } from "./statusSource";

/** What was found, and what it is held to. */
export interface StatusFound {
  facts: StatusFacts;
  objectives: Objectives;
}

const notRecorded = { state: "not asked", why: "nothing records it yet" } as const;

/**
 * Asks the kit, the bucket and, where this machine has its stack, the living platform.
 * @throws UsageError; ConfigError; the signal's reason
 */
export async function statusFacts(options: Options, signal: AbortSignal): Promise<StatusFound> {
  const source = await statusSource(options);
  const { stack, kit, way } = source;
  const settings = settingsIn(source.settings);
  const asksPlatform = options.stackGiven || (options.kit === undefined && options.fromVault === undefined);
  const [{ bucket, fit }, platform] = await Promise.all([
    way.state === "read"
      ? askBucket(way.value, settings.retentionDays.wal, source.hold)
      : Promise.resolve({ bucket: bucketWithout(source), fit: { fit: vaultNotKnown } satisfies KitFit }),
    asksPlatform && stack !== undefined
      ? platformOf(stack, source, signal)
      : Promise.resolve({
          state: "not asked",
          why: "the kit was named and no --stack: who has one asks it",
        } satisfies Read<PlatformFacts>),
  ]);
  signal.throwIfAborted();
  return {
    facts: {
      ...(stack === undefined ? {} : { stack }),
      kit: kit.state === "read" ? read<KitFacts>(kitFacts(kit.value.place, kit.value.kit, fit)) : kit,
      bucket,
      platform,
      proofs: { rehearsal: notRecorded, drill: notRecorded },
    },
    objectives: objectivesOf(settings),
  };
}

const vaultNotKnown = { state: "not asked", why: "where the vault is, is not known" } as const;

/** A bucket that nobody could name. Where that is because the kit cannot be read, the kit says so, once. */
function bucketWithout({ kit, way }: StatusSource): BucketFacts {
  return notRead("not known", kit.state === "read" && way.state === "unknown" ? way : vaultNotKnown);
}

function platformOf(stack: string, { kit }: StatusSource, signal: AbortSignal): Promise<Read<PlatformFacts>> {
  if (process.env["PULUMI_BACKEND_URL"] === undefined && !existsSync(settingsDirectory(stack)))
    return Promise.resolve({
      state: "not asked",
      why: `stack ${stack} was not brought up from this machine`,
    });
  const { askPlatform } = later.askPlatform();
  return askPlatform(
    stack,
    kit.state === "read" ? savedIn(kit.value.kit.values.savedSecrets) : undefined,
    signal,
  );
}

function savedIn(text = ""): SavedSecret[] | undefined {
  try {
    return parseSavedSecrets(text);
  } catch {
    // Told of the kit itself.
    return undefined;
  }
}

/** Those that objectives follow from. What is not set, or is no number, is the default. */
function settingsIn(settings: Readonly<Record<string, string>>): {
  rpoSeconds: number;
  retentionDays: RetentionDays;
} {
  const number = (
    key:
      | "rpoObjectiveSeconds"
      | "databaseRetentionDays"
      | "walRetentionDays"
      | "modelsRetentionDays"
      | "configRetentionDays",
  ): number => {
    const { default: byDefault, parse } = configKeys[key];
    try {
      return parse(settings[key] ?? String(byDefault));
    } catch {
      return Number(byDefault);
    }
  };
  return {
    rpoSeconds: number("rpoObjectiveSeconds"),
    retentionDays: {
      database: number("databaseRetentionDays"),
      wal: number("walRetentionDays"),
      models: number("modelsRetentionDays"),
      config: number("configRetentionDays"),
    },
  };
}
