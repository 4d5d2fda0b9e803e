import { checkFit } from "./fit";
import type { Kit } from "./kit";
import type { KitBucket, KitVersion } from "./kitBucket";
import { openKit, RecoveryKitError } from "./recoveryKit";

/** A kit out of its vault. */
export interface Fetched {
  kit: Kit;
  /** Sealed, as it is in the vault. */
  text: string;
  /** For a person, a line each. */
  said: string[];
}

/**
 * Fetches the recovery kit of a vault, opens it with the passphrase in force, and holds vault and kit to each other.
 * @param version id of a former one; @default the newest one
 * @throws RecoveryKitError when there is none, or it is damaged, sealed with another passphrase, of another vault, or older than one that
 * the vault has had; VaultUnknownError when the vault does not answer; PassphraseError without a passphrase
 */
export async function fetchKit(bucket: KitBucket, version?: string): Promise<Fetched> {
  const { address, kitObject } = bucket;
  const place = version === undefined ? kitObject : `${kitObject}, version ${version}`;
  const identity = await bucket.identity();
  const found = await bucket.read(version);
  const versions = await bucket.versions();
  if (found === undefined) {
    const [reason, remedy] =
      version !== undefined
        ? ["there is no such version", `take one of those that are there: ${listed(versions)}`]
        : versions.length > 0
          ? ["it was deleted", `remove its delete marker, or take a version: ${listed(versions)}`]
          : identity === undefined
            ? ["there is none, and nothing that says that this is a vault", "check the address"]
            : ["there is none in this vault", 'give the kit\'s file by "--config recoveryKit=PATH"'];
    throw new RecoveryKitError(place, "missing", reason, remedy);
  }
  const kit = openKit(place, found.text, remedyFor(versions, version));
  const said = checkFit(place, kit, { address, identity });
  const newer = versions.find(({ about }) => (about?.generation ?? 0) > kit.generation);
  if (version === undefined && newer?.about !== undefined)
    throw new RecoveryKitError(
      place,
      "old",
      `it is number ${kit.generation}, of ${kit.writtenAt}, and lies over number ${newer.about.generation}, of ${newer.about.writtenAt}: somebody has put an old kit back`,
      `find out who; take the newer one by "--kit-version ${newer.id}", or this one by "--kit-version ${versions.find(({ current }) => current)?.id ?? "ID"}"`,
    );
  return { kit, text: found.text, said };
}

function remedyFor(versions: readonly KitVersion[], wanted: string | undefined): string {
  const others = versions.filter(({ id, current, damaged }) => !damaged && id !== wanted && !current);
  return others.length === 0
    ? 'there is no former version that is whole: give the kit\'s file by "--config recoveryKit=PATH"'
    : `take a former version: ${listed(others)}`;
}

function listed(versions: readonly KitVersion[]): string {
  const one = ({ id, modifiedAt, about, damaged }: KitVersion): string =>
    `"--kit-version ${id}" (${damaged ? "damaged" : about === undefined ? "from before version 2" : `number ${about.generation}`}, ${modifiedAt.toISOString()})`;
  return versions.slice(0, SHOWN).map(one).join(", ");
}

/** More would hide what is to be done. */
const SHOWN = 5;
