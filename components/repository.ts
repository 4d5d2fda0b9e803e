import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AccessKey } from "../plan/accessKey";
import { pgBackRestConfiguration, type RepositoryLocation } from "../plan/repository";
import {
  imagePullSecrets,
  names,
  repositorySecret,
  repositoryServiceAccount,
  repositoryRoles,
  type ByVaultRole,
  type RepositoryRole,
  type VaultRole,
} from "../plan/names";

/** Arguments of {@link Repository}. */
export interface RepositoryArgs {
  /** Kubernetes namespace of the pods. */
  namespace: pulumi.Input<string>;
  /** Where the base backups and the WAL are. */
  location: Omit<RepositoryLocation, "caFile" | "podIdentity">;
  /** PEM of the object store's authority; empty for a public one. */
  caCertificate: pulumi.Input<string>;
  /** Keys by role; undefined where the service accounts have roles of their own at AWS, by Pod Identity. */
  keys: ByVaultRole<AccessKey> | undefined;
  /** Whether there is a role that creates evidence, which a service account takes on: where those have roles. @default false */
  evidenceAccount?: boolean;
  /** Passphrase that base backups and WAL are encrypted with. Kept secret. */
  cipherPass: pulumi.Input<string>;
  /** Whether pods pull their images with the namespace's credentials. @default false */
  pullsWithSecret?: boolean;
}

/**
 * What pods need to reach the backups: one Secret and one service account for each role, and one ConfigMap; for evidence
 * keys alone, or an account alone. Each pod gets the
 * rights of the one role that its work needs, by its keys or by its service account.
 */
export class Repository extends pulumi.ComponentResource {
  constructor(name: string, args: RepositoryArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Repository", name, {}, options);
    this.configuration(name, args);
    for (const role of repositoryRoles) {
      this.secret(name, role, args);
      this.serviceAccount(name, role, args);
    }
    if (args.keys?.evidence !== undefined) this.evidenceSecret(name, args.namespace, args.keys.evidence);
    if (args.evidenceAccount === true) this.serviceAccount(name, "evidence", args);
    this.registerOutputs({});
  }

  private configuration(name: string, args: RepositoryArgs): void {
    const { namespace, caCertificate, keys } = args;
    const location = keys === undefined ? { ...args.location, podIdentity: true } : args.location;
    const data = pulumi.output(caCertificate).apply((pem): Record<string, string> => {
      const caFile = `${names.recoveryDirectory}/${names.caFile}`;
      return {
        "pgbackrest.conf": pgBackRestConfiguration(pem === "" ? location : { ...location, caFile }),
        [names.caFile]: pem,
      };
    });
    new k8s.core.v1.ConfigMap(
      `${name}-configuration`,
      { metadata: { name: names.repositoryConfiguration, namespace }, data },
      { parent: this },
    );
  }

  private secret(name: string, role: RepositoryRole, { namespace, keys, cipherPass }: RepositoryArgs): void {
    new k8s.core.v1.Secret(
      `${name}-${role}`,
      {
        metadata: { name: repositorySecret(role), namespace },
        stringData: pulumi.secret({
          ...(keys === undefined ? {} : keyVariables(keys[role])),
          PGBACKREST_REPO1_CIPHER_PASS: cipherPass,
        }),
      },
      { parent: this },
    );
  }

  /** Who creates evidence opens nothing. */
  private evidenceSecret(
    name: string,
    namespace: pulumi.Input<string>,
    { accessKeyId, secretAccessKey }: AccessKey,
  ): void {
    new k8s.core.v1.Secret(
      `${name}-evidence`,
      {
        metadata: { name: repositorySecret("evidence"), namespace },
        stringData: pulumi.secret({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }),
      },
      { parent: this },
    );
  }

  private serviceAccount(name: string, role: VaultRole, args: RepositoryArgs): void {
    const { namespace, pullsWithSecret = false } = args;
    new k8s.core.v1.ServiceAccount(
      `${name}-${role}`,
      {
        metadata: { name: repositoryServiceAccount(role), namespace },
        automountServiceAccountToken: false,
        ...imagePullSecrets(pullsWithSecret),
      },
      { parent: this },
    );
  }
}

function keyVariables({ accessKeyId, secretAccessKey }: AccessKey): Record<string, pulumi.Input<string>> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    PGBACKREST_REPO1_S3_KEY: accessKeyId,
    PGBACKREST_REPO1_S3_KEY_SECRET: secretAccessKey,
  };
}
