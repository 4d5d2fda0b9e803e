import { reasonOf } from "../lib/failure";
import { recoveryKitKey, vaultIdentityKey } from "../plan/configObjects";
import { identityText, parseIdentity, type VaultIdentity } from "./vaultIdentity";
import { aboutKit } from "./recoveryKit";
import type { About } from "./seal";
import { type VaultAddress, vaultAddressText } from "./vaultAddress";

/** What is asked of the object store, as `ObjectStorage` of the jobs gives it. */
export interface KitStorage {
  readText: (key: string, version?: string) => Promise<{ text: string; etag: string } | undefined>;
  writeText: (
    key: string,
    text: string,
    condition: { ifAbsent: true } | { ifMatch: string },
  ) => Promise<boolean>;
  versionsOf: (key: string) => Promise<{ id: string; modifiedAt: Date; current: boolean }[]>;
  deleted: (prefix: string) => Promise<string[]>;
  close: () => void;
}

/** The vault gave no answer, or did not allow it: what it holds is not known. */
export class VaultUnknownError extends Error {
  /** What is not known of which vault, and what to do about it. */
  readonly what: string;
  readonly remedy =
    "check that address, the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE), the region (AWS_REGION) and the authority (--authority), then run this again";

  constructor(address: string, what: string) {
    super();
    this.name = "VaultUnknownError";
    this.what = `vault ${address}: ${what}`;
    this.message = `${this.what}; ${this.remedy}`;
  }
}

/** A version of the kit in the bucket. */
export interface KitVersion {
  id: string;
  modifiedAt: Date;
  current: boolean;
  /** What it says of itself; undefined where it is from before version 2. */
  about?: About | undefined;
  damaged: boolean;
}

/** So many versions are looked at: the newest ones. */
const LOOKED_AT = 20;

/** The objects of class `config` in a vault's bucket: which vault it is, and the sealed recovery kit. */
export class KitBucket {
  /** As `--from-vault` takes it. */
  readonly address: string;
  /** Address of the kit's object, for people. */
  readonly kitObject: string;
  readonly identityObject: string;

  constructor(
    private readonly storage: KitStorage,
    readonly at: VaultAddress,
  ) {
    this.address = vaultAddressText(at);
    this.kitObject = `${this.address}/${recoveryKitKey}`;
    this.identityObject = `${this.address}/${vaultIdentityKey}`;
  }

  /**
   * Which vault it is; undefined where it does not say, and never did.
   * @throws VaultUnknownError, also when what it said was hidden or cannot be read
   */
  async identity(): Promise<VaultIdentity | undefined> {
    const found = await this.ask(() => this.storage.readText(vaultIdentityKey));
    if (found !== undefined)
      try {
        return parseIdentity(found.text);
      } catch (error) {
        throw new VaultUnknownError(
          this.address,
          `${this.identityObject}, which says what vault it is, is damaged (${reasonOf(error)}): bring back its former version`,
        );
      }
    if ((await this.ask(() => this.storage.deleted(vaultIdentityKey))).length > 0)
      throw new VaultUnknownError(
        this.address,
        `${this.identityObject}, which says what vault it is, was deleted: remove its delete marker`,
      );
    return undefined;
  }

  /** Says which vault it is, once and for ever. @returns false where somebody was faster */
  createIdentity(identity: VaultIdentity): Promise<boolean> {
    return this.ask(() =>
      this.storage.writeText(vaultIdentityKey, identityText(identity), { ifAbsent: true }),
    );
  }

  /** The newest kit, or a certain version of it. */
  read(version?: string): Promise<{ text: string; etag: string } | undefined> {
    return this.ask(() => this.storage.readText(recoveryKitKey, version));
  }

  /**
   * Writes the kit where it is still what was read.
   * @param over ETag of that; undefined for none
   * @returns false where somebody was faster
   */
  write(text: string, over: string | undefined): Promise<boolean> {
    return this.ask(() =>
      this.storage.writeText(
        recoveryKitKey,
        text,
        over === undefined ? { ifAbsent: true } : { ifMatch: over },
      ),
    );
  }

  /** The newest versions of the kit, with what each says of itself, the newest one first. */
  async versions(): Promise<KitVersion[]> {
    const listed = (await this.ask(() => this.storage.versionsOf(recoveryKitKey))).slice(0, LOOKED_AT);
    const versions: KitVersion[] = [];
    for (const version of listed) {
      const found = await this.read(version.id);
      if (found === undefined) continue;
      try {
        versions.push({ ...version, about: aboutKit(this.kitObject, found.text), damaged: false });
      } catch {
        versions.push({ ...version, damaged: true });
      }
    }
    return versions;
  }

  /** Closes its connections. */
  close(): void {
    this.storage.close();
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (error instanceof VaultUnknownError) throw error;
      throw new VaultUnknownError(this.address, whatOf(error));
    }
  }
}

/** The remedies of the jobs' own errors are for pods. */
function whatOf(error: unknown): string {
  const { what } = error as { what?: string };
  return what ?? reasonOf(error);
}
