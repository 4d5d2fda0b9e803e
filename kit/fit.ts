import { isOld, type Kit } from "./kit";
import { RecoveryKitError } from "./recoveryKit";
import type { About } from "./seal";
import { provenBy, type VaultIdentity } from "./vaultIdentity";

/** What a vault says of itself. */
export interface VaultFacts {
  /** As `--from-vault` takes it. */
  address: string;
  /** Undefined for a vault from before there were identities. */
  identity: VaultIdentity | undefined;
}

/**
 * Refuses a kit that is not of a vault, by what each says of the other.
 * @param place of the kit, for messages
 * @returns what a person should know although it fits, in a line each
 * @throws RecoveryKitError
 */
export function checkFit(place: string, kit: Kit, { address, identity }: VaultFacts): string[] {
  const { vault, values } = kit;
  const refuse = (reason: string, remedy: string): never => {
    throw new RecoveryKitError(place, "another vault", reason, remedy);
  };
  if (identity === undefined) {
    if (vault === undefined)
      return [
        `vault ${address} does not say which one it is, nor does the kit: whether they fit is not known`,
      ];
    return refuse(
      `it is of the vault ${vault.id} (${vault.address}), and ${address} does not say that it is one`,
      "give the address of that vault, or the kit of this one; was this bucket emptied, or made anew? Nothing was touched",
    );
  }
  if (vault !== undefined && vault.id !== identity.id)
    return refuse(
      `it is of another vault, ${vault.id} (${vault.address}), and ${address} is ${identity.id}`,
      "give the address of that vault, or the kit of this one; nothing was touched",
    );
  if (!provenBy(identity, values.repositoryCipherPass ?? ""))
    return refuse(
      `its repositoryCipherPass is not that of the repository in ${address}, and opens none of the backups there`,
      "give the kit of this vault; nothing was touched",
    );
  if (isOld(kit) || vault === undefined)
    return [
      `recovery kit ${place} is from before version 2: it opens the backups in ${address}, and does not say where they are, nor what the platform ran; "npm run kit" writes it anew`,
    ];
  return vault.address === address
    ? []
    : [
        `recovery kit ${place} was written for ${vault.address}; ${address} says that it is the same vault: a copy of it, or another name for it`,
      ];
}

/**
 * Refuses a kit that is not the newest that its vault has.
 * @param newest what the vault's kit says of itself; undefined where there is none, or one from before version 2
 * @returns what a person should know although it is
 * @throws RecoveryKitError
 */
export function checkNewest(
  place: string,
  { generation, writtenAt }: Kit,
  { address }: Pick<VaultFacts, "address">,
  newest: About | undefined,
): string[] {
  const mine = generation === 0 ? "from before version 2" : `number ${generation}, of ${writtenAt}`;
  if (newest === undefined) return [`vault ${address} has no such kit: ${place} is the only one`];
  if (newest.generation < generation)
    return [
      `recovery kit ${place} is ${mine}, and newer than that of vault ${address}: it was never stored there`,
    ];
  if (newest.generation > generation || newest.writtenAt !== writtenAt)
    throw new RecoveryKitError(
      place,
      "old",
      `it is an old one, ${mine}: the vault has number ${newest.generation}, of ${newest.writtenAt}`,
      `take that one, by "npm run kit -- --from-vault ${address}" with the --stack and the credentials that you have; nothing was touched`,
    );
  return [];
}
