import { existsSync, readFileSync } from "node:fs";
import { checkFit } from "./fit";
import { emptyKit, type Kit, saysTheSame, type VaultPlace } from "./kit";
import { type KitBucket, VaultUnknownError } from "./kitBucket";
import {
  aboutKit,
  changeKit,
  openKit,
  readKitFile,
  RecoveryKitError,
  sealedKit,
  writeKitText,
} from "./recoveryKit";
import { identityText, newIdentity, type VaultIdentity } from "./vaultIdentity";

/** A vault that kits are stored in, and what they are to say of it beside its id and address. */
export interface KitVault {
  bucket: KitBucket;
  place: Pick<VaultPlace, "region" | "authority" | "keys">;
}

/** What became of a kit. */
export interface Kept {
  kit: Kit;
  /** It was read back from the vault, and compared. Otherwise only the file has it. */
  stored: boolean;
  /** For a person, a line each. */
  said: string[];
}

/** So often a kit is changed anew because somebody else was faster. */
const TRIES = 5;

/**
 * Changes the recovery kit: in its file at once, which is all there is while nobody has stored it, and in the vault, on top of the
 * newest one there. Whoever changes it at the same moment is waited out: one wins, the other one changes what that has written.
 * @param vault undefined where it cannot be opened: `why` says so
 * @param change may be called more than once, on what is in the vault too
 * @throws RecoveryKitError when a kit cannot be opened, or is another vault's: then nothing is written over
 */
export async function keepKit(
  path: string,
  vault: KitVault | { why: string },
  change: (kit: Kit) => Kit,
  now: () => Date = () => new Date(),
): Promise<Kept> {
  const kit = changeKit(path, change, now());
  if ("why" in vault) return { kit, stored: false, said: [notStored(path, vault.why)] };
  try {
    return await storeKit(path, vault, change, now);
  } catch (error) {
    if (!(error instanceof VaultUnknownError)) throw error;
    return { kit: readKitFile(path), stored: false, said: [notStored(path, error.message)] };
  }
}

function notStored(path: string, why: string): string {
  return `RECOVERY KIT NOT IN THE VAULT: only the file ${path} has it. ${why}; "npm run kit" stores it`;
}

async function storeKit(
  path: string,
  { bucket, place }: KitVault,
  change: (kit: Kit) => Kit,
  now: () => Date,
): Promise<Kept> {
  const said: string[] = [];
  const identity = await identityFor(bucket, path, now());
  const complete = (kit: Kit): Kit => ({
    ...change(kit),
    vault: { ...place, id: identity.id, address: bucket.address },
  });
  for (let count = 1; count <= TRIES; count += 1) {
    const found = await bucket.read();
    const theirs = found === undefined ? undefined : openTheirs(bucket, found.text, identity, said);
    const mine = readKitFile(path);
    const next = complete(theirs ?? mine);
    if (found !== undefined && theirs !== undefined && saysTheSame(next, theirs)) {
      if (readFileSync(path, "utf8") !== found.text) writeKitText(path, found.text);
      return { kit: theirs, stored: true, said };
    }
    const generation = Math.max(mine.generation, await newestOf(bucket, theirs)) + 1;
    const kit = { ...next, generation, writtenAt: now().toISOString() };
    const text = sealedKit(kit);
    writeKitText(path, text);
    if (found !== undefined && (await bucket.write(text, NO_ETAG)))
      said.push(
        `the object store of ${bucket.address} ignores the condition of a write (If-Match): two who change the kit at once write over each other; use a store, or a release of it, that keeps it`,
      );
    else if (!(await bucket.write(text, found?.etag))) {
      said.push(`somebody else has changed ${bucket.kitObject} at the same time; it is read anew`);
      continue;
    }
    if ((await bucket.read())?.text === text) return { kit, stored: true, said };
    said.push(`${bucket.kitObject} is not what was written a moment ago; it is read anew`);
  }
  throw new VaultUnknownError(
    bucket.address,
    `${bucket.kitObject} has changed ${TRIES} times while this was to be stored`,
  );
}

/** No object has it: whoever keeps the condition refuses the write. */
const NO_ETAG = '"of-no-object"';

/** The newest kit of the vault; undefined when it is damaged, and a whole one is to come over it. */
function openTheirs(
  { address, kitObject }: KitBucket,
  text: string,
  identity: VaultIdentity,
  said: string[],
): Kit | undefined {
  try {
    const about = aboutKit(kitObject, text);
    if (about !== undefined && about.vault !== identity.id)
      throw new RecoveryKitError(
        kitObject,
        "another vault",
        `it is of another vault, ${about.vault}, and ${address} is ${identity.id}; it was left as it is`,
        "find out who has put it there; its former versions are kept",
      );
    return openKit(kitObject, text);
  } catch (error) {
    if (!(error instanceof RecoveryKitError)) throw error;
    if (error.fault === "passphrase")
      throw new RecoveryKitError(
        kitObject,
        "passphrase",
        `${error.reason}, and it was left as it is`,
        "give the passphrase that it was written with; if that is lost, hide the object as administrator of the bucket, then run this again",
      );
    if (error.fault !== "damaged") throw error;
    said.push(`${kitObject} is damaged, and a whole one is put over it; its former versions are kept`);
    return undefined;
  }
}

/** Highest number among the versions, where the newest one is hidden, or cannot say its own. */
async function newestOf(bucket: KitBucket, theirs: Kit | undefined): Promise<number> {
  if (theirs !== undefined) return theirs.generation;
  return Math.max(0, ...(await bucket.versions()).map(({ about }) => about?.generation ?? 0));
}

/**
 * Which vault it is that a kit goes into; a vault that does not say it yet is given an identity.
 * @throws RecoveryKitError when the kit is another vault's
 */
async function identityFor(bucket: KitBucket, path: string, now: Date): Promise<VaultIdentity> {
  const kit = existsSync(path) ? readKitFile(path) : emptyKit;
  const found = await bucket.identity();
  if (found === undefined && kit.vault === undefined) {
    const identity = newIdentity(kit.values.repositoryCipherPass ?? "", now);
    if (await bucket.createIdentity(identity)) {
      const there = await bucket.identity();
      if (there === undefined || identityText(there) !== identityText(identity))
        throw new VaultUnknownError(
          bucket.address,
          `${bucket.identityObject} is not what was written a moment ago`,
        );
      return identity;
    }
  }
  const identity = found ?? (await bucket.identity());
  checkFit(path, kit, { address: bucket.address, identity });
  if (identity === undefined)
    throw new VaultUnknownError(bucket.address, "it does not say which vault it is");
  return identity;
}
