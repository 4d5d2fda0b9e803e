import * as pulumi from "@pulumi/pulumi";
import { bucketAsFound, type FoundBucket } from "../components/shared/bucketAsFound";
import type { Config } from "../config/config";
import { bucketArn, keyArn, roleArn } from "../plan/aws/arns";
import { bucketSettings, namedReplication, namedSettings } from "../plan/aws/bucketSettings";
import { copyingStatements } from "../plan/aws/bucketPolicy";
import { type CopyingRole, replicationRules } from "../plan/aws/replication";
import { type Difference, type Settings, settingsDifferences } from "../plan/aws/settingsDifferences";
import { replicationRoleName, vaultRoleName } from "../plan/names";

/** A vault at AWS that is taken over would be changed by that. */
export class AdoptionError extends Error {
  constructor(mode: string, differences: readonly string[]) {
    super(
      `vaultMode "${mode}" would change what is there, and nothing was touched. These settings differ from what the ` +
        `configuration of this stack says:\n${differences.join("\n")}\n` +
        `Give the stack the configuration that the vault was made with (walRetentionDays and its like, objectLockMode, objectLockDays, ` +
        `breakGlassRoleArn, roleNamePrefix, replicationTimeControl). If what is there is to be changed, run it once more with ` +
        `lstm-pfd:adoptChanges set to true: a shorter retention or lock lets backups be removed sooner.`,
    );
    this.name = "AdoptionError";
  }
}

/** Reads the settings of a bucket that is there. */
type Read = (bucket: FoundBucket) => Promise<Settings>;

/**
 * Compares what a vault at AWS is with what the program would make of it, before any of it is taken over. The engine would
 * import first and then change what differs, without a question.
 * @param read reads the settings of a bucket
 * @throws AdoptionError that lists the differences by name, unless `adoptChanges` is set: then they are shown as a warning
 */
export async function compareBeforeAdoption(config: Config, read: Read = bucketAsFound): Promise<void> {
  const { account, vault } = config.aws;
  if (vault.mode === "create") return;
  const sites =
    vault.mode === "adopt" ? [adoptedVault(config), adoptedReplica(config)] : [promotedVault(config)];
  const differences = await Promise.all(
    sites.map(async ({ what, bucket, region, owner, wanted, byDesign, unforeseen = [] }) => {
      const found = await read({ bucket, region, account, ...owner });
      const unexpected = byDesign === undefined ? undefined : settingsDifferences(found, byDesign);
      const differing = settingsDifferences(found, wanted)
        .filter(({ name }) => unexpected?.some((each) => each.name === name) ?? true)
        .filter(({ name }) => !unforeseen.some((beginning) => name.startsWith(beginning)));
      return texts(differing).map((text) => `  ${what} ${bucket}: ${text}`);
    }),
  );
  const lines = differences.flat();
  if (lines.length === 0) return;
  if (!vault.adoptChanges) throw new AdoptionError(vault.mode, lines);
  await pulumi.log.warn(`adoptChanges is true, and these settings are changed:\n${lines.join("\n")}`);
}

/** A line for each difference; one for all where nothing could be read for one reason. */
function texts(differences: readonly Difference[]): string[] {
  const [first] = differences;
  const one = differences.every(({ is }) => is === first?.is && is.startsWith("unknown"));
  return first !== undefined && one && differences.length > 1
    ? [`every setting is ${first.is}; check the credentials, the account and the region`]
    : differences.map(({ name, is, wanted }) => `${name} is ${is}, would become ${wanted}`);
}

interface Site {
  /** For the message. */
  what: string;
  bucket: string;
  region: string;
  wanted: Settings;
  /** Settings from which the program leads to those that are wanted, by what the mode means. @default none */
  byDesign?: Settings;
  /** Beginnings of the names of settings that hang on what is still to be made, or was there before. @default none */
  unforeseen?: string[];
  /** Account of the bucket, and the role that reads it there. @default the vault's account */
  owner?: { account: string; roleArn: string };
}

function adoptedVault(config: Config): Site {
  const { vault } = config.aws;
  const { replica } = vault;
  const site = { bucket: config.bucket, region: vault.region };
  const rules = replicationRules(
    Object.values(config.classes),
    { arn: bucketArn(replica.bucket), keyArn: keyArn(replica.account, replica.region, replica.keyId) },
    vault.replicationTimeControl,
  );
  const replication = namedReplication({ role: replicationRole(config), rules });
  return { what: "vault", ...site, wanted: new Map([...ofVault(config, site), ...replication]) };
}

function adoptedReplica(config: Config): Site {
  const { region, bucket, keyId, account, roleArn: role } = config.aws.vault.replica;
  const site = { region, bucket, keyId };
  if (role === "") return { what: "replica", region, bucket, wanted: ofReplica(config, site) };
  const owner = { account, roleArn: role };
  return { what: "replica", region, bucket, owner, wanted: ofReplica(config, site, owner) };
}

/** What was a replica is given the policy of a vault, and a replica of its own, whose key is not known before it is made. */
function promotedVault(config: Config): Site {
  const { region, keyId } = config.aws.vault;
  const site = { bucket: config.bucket, region };
  const wanted = new Map([...ofVault(config, site), ["replication role", replicationRole(config)]]);
  return {
    what: "vault",
    ...site,
    wanted,
    byDesign: ofReplica(config, { ...site, keyId }),
    // It may have been the copy of a vault in another account, which may copy into it no longer.
    unforeseen: ["replication rule ", `policy statement ${copyingStatements}`],
  };
}

function ofVault(config: Config, { bucket, region }: { bucket: string; region: string }): Settings {
  const { account, roleNamePrefix, vault } = config.aws;
  const janitorRoleArn = roleArn(account, vaultRoleName(roleNamePrefix, "janitor"));
  return namedSettings(
    bucketSettings({ ...common(config), bucket, janitorRoleArn, secondChance: vault.mode === "promote" }),
    keyArn(account, region, vault.keyId),
  );
}

function ofReplica(
  config: Config,
  { bucket, region, keyId }: { bucket: string; region: string; keyId: string },
  owner?: { account: string; roleArn: string },
): Settings {
  const own = owner === undefined ? {} : { breakGlassRoleArn: owner.roleArn, copiedBy: copyingRole(config) };
  return namedSettings(
    bucketSettings({ ...common(config), bucket, secondChance: true, ...own }),
    keyArn(owner?.account ?? config.aws.account, region, keyId),
  );
}

function common({ aws, classes }: Config) {
  const { breakGlassRoleArn, lock } = aws.vault;
  return { classes: Object.values(classes), lock, breakGlassRoleArn };
}

function copyingRole(config: Config): CopyingRole {
  return { account: config.aws.account, roleArn: replicationRole(config) };
}

function replicationRole({ aws }: Config): string {
  return roleArn(aws.account, replicationRoleName(aws.roleNamePrefix));
}
