import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { pgBackRestConfiguration, type Repository as RepositoryPlace } from "../plan/repository";
import { repositoryRoles, type RepositoryRole } from "../plan/repositoryRoles";
import { names, repositorySecret, repositoryServiceAccount } from "./names";

/** Access key of a role. */
export interface RoleKeys {
  accessKeyId: pulumi.Input<string>;
  /** Kept secret. */
  secretAccessKey: pulumi.Input<string>;
}

/** Arguments of {@link Repository}. */
export interface RepositoryArgs {
  /** Kubernetes namespace of the pods. */
  namespace: pulumi.Input<string>;
  /** Where the base backups and the WAL are. */
  place: Omit<RepositoryPlace, "caFile">;
  /** PEM of the object store's authority; empty for a public one. */
  caCertificate: pulumi.Input<string>;
  /** Keys by role. */
  keys: Record<RepositoryRole, RoleKeys>;
  /** Passphrase that base backups and WAL are encrypted with. Kept secret. */
  cipherPass: pulumi.Input<string>;
}

/**
 * What pods need to reach the backups: one Secret and one service account for each role, and one ConfigMap. Each pod gets the
 * keys of the one role that its work needs.
 */
export class Repository extends pulumi.ComponentResource {
  constructor(name: string, args: RepositoryArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Repository", name, {}, options);
    this.configuration(name, args);
    for (const role of repositoryRoles) {
      this.keys(name, role, args);
      this.serviceAccount(name, role, args);
    }
    this.registerOutputs({});
  }

  private configuration(name: string, { namespace, place, caCertificate }: RepositoryArgs): void {
    const data = pulumi.output(caCertificate).apply((pem): Record<string, string> => {
      const caFile = `${names.recoveryDirectory}/${names.caFile}`;
      return {
        "pgbackrest.conf": pgBackRestConfiguration(pem === "" ? place : { ...place, caFile }),
        [names.caFile]: pem,
      };
    });
    new k8s.core.v1.ConfigMap(
      `${name}-configuration`,
      { metadata: { name: names.repositoryConfiguration, namespace }, data },
      { parent: this },
    );
  }

  private keys(name: string, role: RepositoryRole, { namespace, keys, cipherPass }: RepositoryArgs): void {
    const { accessKeyId, secretAccessKey } = keys[role];
    new k8s.core.v1.Secret(
      `${name}-${role}`,
      {
        metadata: { name: repositorySecret(role), namespace },
        stringData: pulumi.secret({
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          PGBACKREST_REPO1_S3_KEY: accessKeyId,
          PGBACKREST_REPO1_S3_KEY_SECRET: secretAccessKey,
          PGBACKREST_REPO1_CIPHER_PASS: cipherPass,
        }),
      },
      { parent: this },
    );
  }

  private serviceAccount(name: string, role: RepositoryRole, { namespace }: RepositoryArgs): void {
    new k8s.core.v1.ServiceAccount(
      `${name}-${role}`,
      {
        metadata: { name: repositoryServiceAccount(role), namespace },
        automountServiceAccountToken: false,
      },
      { parent: this },
    );
  }
}
