import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { databaseUrl } from "../plan/applicationValues";
import { names } from "../plan/names";

/** Arguments of {@link ApplicationSecrets}. All but the namespace are kept secret. */
export interface ApplicationSecretsArgs {
  /** Kubernetes namespace of the application. */
  namespace: pulumi.Input<string>;
  /** Password of the application's database role; a restore gives the role this one. */
  dbPassword: pulumi.Input<string>;
  /** Key that signs the application's tokens. */
  jwtSecret: pulumi.Input<string>;
  /** Session key of the application. */
  secretKey: pulumi.Input<string>;
}

/**
 * The application's Secret. What data or users depend on comes from the recovery kit; the password of Redis, whose content
 * is not kept, is drawn anew with each stack.
 */
export class ApplicationSecrets extends pulumi.ComponentResource {
  constructor(name: string, args: ApplicationSecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:ApplicationSecrets", name, {}, options);
    const redis = new random.RandomPassword(
      `${name}-redis`,
      { length: 32, special: false },
      { parent: this, additionalSecretOutputs: ["result"] },
    );
    const { namespace, dbPassword, jwtSecret, secretKey } = args;
    new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: names.applicationSecret, namespace },
        stringData: pulumi.secret({
          DB_PASSWORD: dbPassword,
          JWT_SECRET: jwtSecret,
          SECRET_KEY: secretKey,
          REDIS_PASSWORD: redis.result,
          DATABASE_URL: pulumi.output(dbPassword).apply(databaseUrl),
        }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
