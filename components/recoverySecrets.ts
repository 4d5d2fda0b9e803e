import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { RepositoryRole } from "../plan/repositoryRoles";
import type { RoleKeys } from "./repository";

/** Arguments of {@link RecoverySecrets}. */
export interface RecoverySecretsArgs {
  /** Protect the secrets against `pulumi destroy`: without them, no backup can be read. */
  protectData: boolean;
}

/** Secrets of the recovery kit, by configuration key. */
export type DrawnKit = Record<
  | `${RepositoryRole}AccessKeyId`
  | `${RepositoryRole}SecretAccessKey`
  | "repositoryCipherPass"
  | "dbPassword"
  | "jwtSecret"
  | "secretKey",
  pulumi.Output<string>
>;

/** Keys of the admin of an embedded object store and of the roles on the backups. */
export type DrawnKeys = Record<"admin" | RepositoryRole, RoleKeys>;

/** As AWS' own. */
const accessKeyIdLength = 20;
const secretAccessKeyLength = 40;
const passwordLength = 32;
const keyLength = 64;

/**
 * What a rebuild cannot draw anew, drawn once. It goes into the recovery kit, because the state that holds it may be lost;
 * the admin's keys do not: no rebuild needs them. Letters and digits only, so that every program takes them unquoted.
 */
export class RecoverySecrets extends pulumi.ComponentResource {
  /** For the object store. */
  readonly keys: DrawnKeys;
  /** For the recovery kit. */
  readonly kit: DrawnKit;

  constructor(name: string, { protectData }: RecoverySecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:RecoverySecrets", name, {}, options);
    const kept = { parent: this, protect: protectData };
    const secret = (part: string, length: number): pulumi.Output<string> =>
      new random.RandomPassword(
        `${name}-${part}`,
        { length, special: false },
        { ...kept, additionalSecretOutputs: ["result"] },
      ).result;
    const keysOf = (holder: string) => ({
      accessKeyId: new random.RandomString(
        `${name}-${holder}-id`,
        { length: accessKeyIdLength, lower: false, special: false },
        kept,
      ).result,
      secretAccessKey: secret(`${holder}-secret`, secretAccessKeyLength),
    });
    const [writer, janitor, reader] = [keysOf("writer"), keysOf("janitor"), keysOf("reader")];
    this.keys = { admin: keysOf("admin"), writer, janitor, reader };
    this.kit = {
      writerAccessKeyId: writer.accessKeyId,
      writerSecretAccessKey: writer.secretAccessKey,
      janitorAccessKeyId: janitor.accessKeyId,
      janitorSecretAccessKey: janitor.secretAccessKey,
      readerAccessKeyId: reader.accessKeyId,
      readerSecretAccessKey: reader.secretAccessKey,
      repositoryCipherPass: secret("repository-cipher-pass", keyLength),
      dbPassword: secret("db-password", passwordLength),
      jwtSecret: secret("jwt-secret", keyLength),
      secretKey: secret("secret-key", keyLength),
    };
    this.registerOutputs({});
  }
}
