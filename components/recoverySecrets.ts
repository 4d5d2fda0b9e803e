import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AccessKey } from "../plan/accessKey";
import type { kitSecrets, VaultRole } from "../plan/names";

/** Arguments of {@link RecoverySecrets}. */
export interface RecoverySecretsArgs {
  /** Protect the secrets against `pulumi destroy`: without them, no backup can be read. */
  protectData: boolean;
  /**
   * The secrets of a vault that is taken over, as its kit holds them: others would open none of its backups.
   * @default drawn
   */
  given?: KitSecrets | undefined;
  /** Hooks that run before any of the kit's secrets is drawn, and may refuse it. @default none */
  beforeDraw?: pulumi.ResourceHook[] | undefined;
}

/** Secrets of the recovery kit, by configuration key. */
export type KitSecrets = Record<(typeof kitSecrets)[number], pulumi.Output<string>>;

/** Keys of the admin of an object store that is made here, of the roles on the backups, and of who begins a recovery. */
export type DrawnKeys = Record<"admin" | VaultRole | "recoverer", AccessKey>;

const passwordLength = 32;
const keyLength = 64;
/** As AWS' own. */
const accessKeyIdLength = 20;
const secretAccessKeyLength = 40;

/**
 * What a rebuild cannot draw anew, drawn once, or taken from the kit of a vault that is taken over. It goes into the recovery
 * kit, because the state that holds it may be lost. What is drawn is letters and digits, so that every program takes it unquoted.
 */
export class RecoverySecrets extends pulumi.ComponentResource {
  /** For the recovery kit. */
  readonly kit: KitSecrets;

  constructor(
    private readonly name: string,
    { protectData, given, beforeDraw }: RecoverySecretsArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("lstm-pfd:index:RecoverySecrets", name, {}, options);
    this.kept = { parent: this, protect: protectData };
    const hooks = beforeDraw === undefined ? {} : { hooks: { beforeCreate: beforeDraw } };
    this.kit = given ?? {
      repositoryCipherPass: this.secret("repository-cipher-pass", keyLength, hooks),
      dbPassword: this.secret("db-password", passwordLength, hooks),
      jwtSecret: this.secret("jwt-secret", keyLength, hooks),
      secretKey: this.secret("secret-key", keyLength, hooks),
    };
    this.registerOutputs({});
  }

  private readonly kept: pulumi.CustomResourceOptions;

  /**
   * Draws access keys as well. Only for an object store that is made here: the owner of another one gives keys to the roles.
   */
  drawAccessKeys(): DrawnKeys {
    const keyOf = (holder: string): AccessKey => ({
      accessKeyId: this.identifier(`${holder}-id`, accessKeyIdLength),
      secretAccessKey: this.secret(`${holder}-secret`, secretAccessKeyLength),
    });
    return {
      admin: keyOf("admin"),
      writer: keyOf("writer"),
      janitor: keyOf("janitor"),
      reader: keyOf("reader"),
      evidence: keyOf("evidence"),
      recoverer: keyOf("recoverer"),
    };
  }

  private secret(
    part: string,
    length: number,
    options: pulumi.CustomResourceOptions = {},
  ): pulumi.Output<string> {
    return new random.RandomPassword(
      `${this.name}-${part}`,
      { length, special: false },
      { ...this.kept, ...options, additionalSecretOutputs: ["result"] },
    ).result;
  }

  /** Capitals and digits, no secret. */
  private identifier(part: string, length: number): pulumi.Output<string> {
    return new random.RandomString(
      `${this.name}-${part}`,
      { length, lower: false, special: false },
      this.kept,
    ).result;
  }
}
