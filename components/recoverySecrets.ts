import * as pulumi from "@pulumi/pulumi";
import type { kitSecrets } from "../plan/names";
import { drawText } from "./drawText";

/** Arguments of {@link RecoverySecrets}. */
export interface RecoverySecretsArgs {
  /** Protect the secrets against `pulumi destroy`: without them, no backup can be read. */
  protectData: boolean;
}

/** Secrets of the recovery kit, by configuration key. */
export type DrawnSecrets = Record<(typeof kitSecrets)[number], pulumi.Output<string>>;

const passwordLength = 32;
const keyLength = 64;

/** What a rebuild cannot draw anew, drawn once. It goes into the recovery kit, because the state that holds it may be lost. */
export class RecoverySecrets extends pulumi.ComponentResource {
  /** For the recovery kit. */
  readonly kit: DrawnSecrets;

  constructor(name: string, { protectData }: RecoverySecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:RecoverySecrets", name, {}, options);
    const secret = (part: string, length: number) =>
      drawText.secret(`${name}-${part}`, length, { parent: this, protect: protectData });
    this.kit = {
      repositoryCipherPass: secret("repository-cipher-pass", keyLength),
      dbPassword: secret("db-password", passwordLength),
      jwtSecret: secret("jwt-secret", keyLength),
      secretKey: secret("secret-key", keyLength),
    };
    this.registerOutputs({});
  }
}
