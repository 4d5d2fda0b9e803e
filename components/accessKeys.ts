import * as pulumi from "@pulumi/pulumi";
import { drawText } from "./drawText";
import type { RecoverySecrets } from "./recoverySecrets";
import type { RoleKeys } from "./repository";
import type { RepositoryRole } from "../plan/names";

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
 * Draws access keys for an object store that is made here. They are secrets of the recovery.
 * @param name beginning of the resources' names
 * @param parent the other secrets
 */
export function accessKeys(
  name: string,
  { parent, protectData }: { parent: RecoverySecrets; protectData: boolean },
): DrawnKeys {
  const kept = { parent, protect: protectData };
  const keysOf = (holder: string) => ({
    accessKeyId: drawText.identifier(`${name}-${holder}-id`, accessKeyIdLength, kept),
    secretAccessKey: drawText.secret(`${name}-${holder}-secret`, secretAccessKeyLength, kept),
  });
  return {
    admin: keysOf("admin"),
    writer: keysOf("writer"),
    janitor: keysOf("janitor"),
    reader: keysOf("reader"),
  };
}

/** The part of the recovery kit with the keys of the roles. The admin's are not in it: no rebuild needs them. */
export function keysOfKit({ writer, janitor, reader }: Record<RepositoryRole, RoleKeys>): KeysOfKit {
  return {
    writerAccessKeyId: pulumi.output(writer.accessKeyId),
    writerSecretAccessKey: pulumi.output(writer.secretAccessKey),
    janitorAccessKeyId: pulumi.output(janitor.accessKeyId),
    janitorSecretAccessKey: pulumi.output(janitor.secretAccessKey),
    readerAccessKeyId: pulumi.output(reader.accessKeyId),
    readerSecretAccessKey: pulumi.output(reader.secretAccessKey),
  };
}
