import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkAccount, checkRegion } from "../../plan/aws/arns";
import { logKeyPolicy } from "../../plan/aws/keyPolicy";

/** Arguments of {@link LogKey}. */
export interface LogKeyArgs {
  /** AWS account that owns the key, 12 digits. */
  account: string;
  /** Region of the provider: log groups of another one cannot use the key. */
  region: string;
  /** Protect the key against `pulumi destroy`, and keep it when it leaves the program. */
  protectData: boolean;
}

/**
 * Key that encrypts the platform's log groups. Its policy is part of its creation: CloudWatch Logs refuses a key that it may not
 * use yet.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class LogKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LogKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:LogKey", name, {}, options);
    const { account, region, protectData } = args;
    checkAccount("account", account);
    checkRegion("region", region);
    const key = new aws.kms.Key(
      name,
      {
        description: "Logs of LSTM-PFD",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: logKeyPolicy({ account, region }),
      },
      { parent: this, protect: protectData, retainOnDelete: protectData },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
