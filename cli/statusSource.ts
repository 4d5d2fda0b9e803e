import { fetchKit } from "../kit/fetchKit";
import type { Kit } from "../kit/kit";
import { KitBucket } from "../kit/kitBucket";
import { fitOf, type KitFit, notHad } from "../kit/kitFacts";
import { openVaultStorage } from "../kit/openVault";
import { readKitFile } from "../kit/recoveryKit";
import { parseVaultAddress } from "../kit/vaultAddress";
import { vaultOf } from "../kit/vaultOf";
import { type Read, read, unknown } from "../plan/status/facts";
import { type BucketWay, patienceMs } from "./askBucket";
import { type Options, UsageError } from "./commandLine";
import { later } from "./later";
import { ownPassphrase } from "./ownKit";
import { addressOf, authorityIn } from "./vaultOptions";

/** A kit, and where its vault is. */
export interface StatusSource {
  /** Stack whose site is meant; undefined where neither the command line nor the kit says it. */
  stack: string | undefined;
  kit: Read<{ kit: Kit; place: string }>;
  /** How the bucket is reached; unknown where only the kit would say it. */
  way: Read<BucketWay>;
  /** Settings of the platform: key without namespace → value. */
  settings: Readonly<Record<string, string>>;
  /** Holds the kit to its vault. */
  hold: (bucket: KitBucket) => Promise<KitFit>;
}

/**
 * Finds out whose status is meant, by the command line. Nothing is written: a kit that is fetched stays in memory.
 * @throws UsageError; ConfigError where the stack's own settings cannot be read
 */
export async function statusSource(options: Options): Promise<StatusSource> {
  const { kit, fromVault } = options;
  if (kit !== undefined && fromVault !== undefined)
    throw new UsageError("--kit and --from-vault each name a kit: leave one of them out");
  ownPassphrase();
  if (fromVault !== undefined) return sourceFromVault(options, fromVault);
  return kit === undefined ? sourceOfStack(options) : sourceOfFile(options, kit);
}

/** The kit in a file says all of it. */
function sourceOfFile(options: Options, path: string): StatusSource {
  const opened = openFile(path);
  const { stack, settings } = ofKit(options, opened);
  return {
    ...{ stack, settings, kit: opened },
    way: opened.state === "read" ? wayOf(opened.value.kit) : { ...opened },
    hold: holding(opened),
  };
}

/** The kit of a stack of this machine, with the settings that are in force there. */
function sourceOfStack({ stack, config, initialise }: Options): StatusSource {
  const { stackPlan } = later.stackPlan();
  const { platform, kit: path } = stackPlan({ stack, config, initialise }, "left out");
  const opened = openFile(path);
  if (opened.state !== "read")
    return { stack, settings: platform.config, kit: opened, way: { ...opened }, hold: holding(opened) };
  const { at, access } = vaultOf(platform.config, opened.value.kit.values, "reader");
  const way = { at, access };
  return { stack, settings: platform.config, kit: opened, way: read(way), hold: holding(opened) };
}

/** The kit in its vault, by the credentials of the environment. Where it does not open, they may still read the rest. */
async function sourceFromVault(options: Options, address: string): Promise<StatusSource> {
  const at = addressOf(address);
  const authority = authorityIn(options.authority);
  const way = { at, access: { authority } };
  try {
    const bucket = new KitBucket(await openVaultStorage(at, { authority }, patienceMs), at);
    try {
      const { kit, said } = await fetchKit(bucket, options.kitVersion);
      const opened = read({ kit, place: bucket.kitObject });
      return {
        ...ofKit(options, opened),
        kit: opened,
        way: read({ at, access: { ...accessOf(kit), ...(authority === "" ? {} : { authority }) } }),
        hold: () => Promise.resolve({ fit: read(said) }),
      };
    } finally {
      bucket.close();
    }
  } catch (error) {
    const { why, remedy } = notHad(error);
    const opened = unknown<{ kit: Kit; place: string }>(why, remedy);
    return { ...ofKit(options, opened), kit: opened, way: read(way), hold: holding(opened) };
  }
}

function openFile(path: string): StatusSource["kit"] {
  try {
    return read({ kit: readKitFile(path), place: path });
  } catch (error) {
    const { why, remedy } = notHad(error);
    return unknown(why, remedy);
  }
}

function holding(opened: StatusSource["kit"]): StatusSource["hold"] {
  return (bucket) =>
    opened.state === "read"
      ? fitOf(opened.value.place, opened.value.kit, bucket)
      : Promise.resolve({ fit: { state: "not asked", why: "the kit cannot be read" } });
}

function ofKit(
  { stack, stackGiven, config }: Options,
  opened: StatusSource["kit"],
): Pick<StatusSource, "stack" | "settings"> {
  const platform = opened.state === "read" ? opened.value.kit.platform : undefined;
  return { stack: stackGiven ? stack : platform?.stack, settings: { ...platform?.settings, ...config } };
}

function wayOf(kit: Kit): Read<BucketWay> {
  const { vault } = kit;
  if (vault === undefined)
    return unknown(
      "the kit does not say where its vault is: it is from before version 2, or none has answered yet",
      "say where it is, by --from-vault ADDRESS, or by the --stack that the kit belongs to",
    );
  try {
    return read({ at: parseVaultAddress(vault.address), access: accessOf(kit) });
  } catch (error) {
    return unknown(
      `the kit says that its vault is at ${vault.address}: ${notHad(error).why}`,
      "say it by --from-vault",
    );
  }
}

/** The reader's keys where the kit has some; elsewhere, at AWS, who asks has credentials of their own. */
function accessOf({ values, vault }: Kit): BucketWay["access"] {
  const { readerAccessKeyId = "", readerSecretAccessKey = "", s3CaCertificate } = values;
  return {
    authority: vault?.authority ?? s3CaCertificate ?? "",
    ...(vault === undefined || vault.region === "" ? {} : { region: vault.region }),
    ...(readerAccessKeyId === ""
      ? {}
      : { keys: { accessKeyId: readerAccessKeyId, secretAccessKey: readerSecretAccessKey } }),
  };
}
