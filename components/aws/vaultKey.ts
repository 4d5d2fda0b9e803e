import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkAccount, checkRoleArn } from "../../plan/aws/arns";
import { keyPolicy, type KeyPolicyPlan } from "../../plan/aws/keyPolicy";

/** Arguments of {@link VaultKey}. */
export interface VaultKeyArgs {
  /** AWS account that owns the key, 12 digits. */
  account: string;
  /** Name of the key for people, without `alias/`. Unique in the region. */
  alias: string;
  /** The one role that may disable or delete the key, or change its policy. It also has to be the role that makes it. */
  breakGlassRoleArn: string;
  /** Role of another account that copies backups here, and the region of the bucket. @default none does */
  copiedBy?: KeyPolicyPlan["copiedBy"];
  /** Id of a surviving key to take over. @default a new key */
  adoptKeyId?: string | undefined;
  /** With a key that is taken over: whether it has the alias already. @default true */
  adoptAlias?: boolean;
  /** Protect the key against `pulumi destroy`, and keep it when it leaves the program. */
  protectData: boolean;
}

/** Longest that KMS grants: days in which a deletion can still be called off. */
const deletionWindowInDays = 30;

/**
 * Key that encrypts a backup bucket. Lost key, lost backups: it belongs to the vault, rotates by itself, and only the
 * break-glass role can take it away.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class VaultKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: VaultKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:VaultKey", name, {}, options);
    const { account, alias, breakGlassRoleArn, adoptKeyId, adoptAlias = true, protectData } = args;
    checkAccount("account", account);
    checkAlias(alias);
    checkRoleArn("breakGlassRoleArn", breakGlassRoleArn);
    const kept = { parent: this, protect: protectData, retainOnDelete: protectData };
    const key = new aws.kms.Key(
      name,
      {
        description: "Backups of LSTM-PFD",
        enableKeyRotation: true,
        deletionWindowInDays,
        policy: keyPolicy({
          account,
          breakGlassRoleArn,
          ...(args.copiedBy === undefined ? {} : { copiedBy: args.copiedBy }),
        }),
      },
      // The deletion window is no property of a living key: it cannot be read back from one that is taken over.
      adoptKeyId === undefined
        ? kept
        : { ...kept, import: adoptKeyId, ignoreChanges: ["deletionWindowInDays"] },
    );
    new aws.kms.Alias(
      name,
      { name: `alias/${alias}`, targetKeyId: key.keyId },
      adoptKeyId === undefined || !adoptAlias ? kept : { ...kept, import: `alias/${alias}` },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function checkAlias(alias: string): void {
  if (!/^[a-zA-Z0-9/_-]{1,240}$/.test(alias) || alias.startsWith("aws/"))
    throw new Error(
      `alias is "${alias}": must be 1 to 240 letters, digits, slashes, hyphens and underscores, and not begin with aws/`,
    );
}
