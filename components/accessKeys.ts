import * as pulumi from "@pulumi/pulumi";
import type { RepositoryRole } from "../plan/repositoryRoles";
import { drawText } from "./drawText";
import type { RecoverySecrets } from "./recoverySecrets";
import type { RoleKeys } from "./repository";

/** Keys of the admin of an embedded object store and of the roles on the backups. */
export type DrawnKeys = Record<"admin" | RepositoryRole, RoleKeys>;

/** Access keys for the recovery kit, by configuration key. */
export type KeysOfKit = Record<
  `${RepositoryRole}AccessKeyId` | `${RepositoryRole}SecretAccessKey`,
  pulumi.Output<string>
>;

/** As AWS' own. */
const accessKeyIdLength = 20;
const secretAccessKeyLength = 40;

/**
 * Access keys for an object store whose roles are no identities of pods. They are secrets of the recovery; the admin's are not
 * in the kit: no rebuild needs them.
 * @param name beginning of the resources' names
 * @param parent the other secrets
 */
export function accessKeys(
  name: string,
  { parent, protectData }: { parent: RecoverySecrets; protectData: boolean },
): { keys: DrawnKeys; kit: KeysOfKit } {
  const kept = { parent, protect: protectData };
  const keysOf = (holder: string) => ({
    accessKeyId: drawText.identifier(`${name}-${holder}-id`, accessKeyIdLength, kept),
    secretAccessKey: drawText.secret(`${name}-${holder}-secret`, secretAccessKeyLength, kept),
  });
  const [writer, janitor, reader] = [keysOf("writer"), keysOf("janitor"), keysOf("reader")];
  return {
    keys: { admin: keysOf("admin"), writer, janitor, reader },
    kit: {
      writerAccessKeyId: writer.accessKeyId,
      writerSecretAccessKey: writer.secretAccessKey,
      janitorAccessKeyId: janitor.accessKeyId,
      janitorSecretAccessKey: janitor.secretAccessKey,
      readerAccessKeyId: reader.accessKeyId,
      readerSecretAccessKey: reader.secretAccessKey,
    },
  };
}
