/** What a stack asks of a claim that Kubernetes lets nobody change once it exists. */
export interface WantedClaim {
  claim: string;
  /** Empty for the cluster's default. */
  storageClass: string;
  accessMode: string;
}

/** The same of a claim as it is; a field that is absent is not known. */
export interface FoundClaim {
  storageClassName?: string;
  accessModes?: readonly string[];
}

/**
 * Whether a claim that exists is as the stack asks for it.
 * @throws Error that names what differs
 */
export function checkClaim({ claim, storageClass, accessMode }: WantedClaim, found: FoundClaim): void {
  const differences = [
    ...difference("storageClassName", storageClass, found.storageClassName),
    ...difference("accessModes", accessMode, found.accessModes?.join(",")),
  ];
  if (differences.length > 0)
    throw new Error(
      `claim ${claim} has ${differences.join(" and ")}: Kubernetes changes neither, and a volume that holds data is never replaced; it is as it was. ` +
        "Take the setting back; or take a backup, and recover on a fresh stack that has the setting from the start",
    );
}

function difference(what: string, wanted: string, found: string | undefined): string[] {
  if (wanted === "" || found === undefined || found === wanted) return [];
  return [`${what} "${found}" where the configuration asks for "${wanted}"`];
}
