/** Prefix of what a rebuild needs beside the data: of class `config`. */
export const configPrefix = "config/";

/** Says which vault this is. Created once, never changed, never hidden: kits are held to it. */
export const vaultIdentityKey = `${configPrefix}vault.json`;

/** The recovery kit, sealed. Each change is a version of it. */
export const recoveryKitKey = `${configPrefix}recovery.kit`;

/** Prefix of the reports of drills. */
export const drillReportsPrefix = `${configPrefix}drills/`;

/** Prefix of the evidence that backups can be restored: of class `evidence`. */
export const evidencePrefix = "evidence/";
