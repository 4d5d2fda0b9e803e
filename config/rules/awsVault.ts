import { checkLock } from "../../plan/aws/objectLock";
import { checkReplica } from "../../plan/aws/replication";
import { checkKeyId, type VaultMode } from "../../plan/aws/vault";
import { kitSecrets } from "../../plan/names";
import type { Config } from "../shape";
import { configKeys } from "../schema";
import type { Texts } from "../texts";
import { collect } from "./collect";

/**
 * What is wrong with a vault at AWS, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function awsVaultProblems(texts: Texts, { aws, bucket, classes }: Config): string[] {
  const { adoptChanges, lock, mode, region, replica } = aws.vault;
  const problems = texts.needed("a vault at AWS", [
    "awsAccount",
    "vaultRegion",
    "replicaRegion",
    "replicaBucket",
    "breakGlassRoleArn",
  ]);
  if (bucket === configKeys.bucket.default)
    problems.push(
      mode === "create"
        ? "bucket is not set: a vault at AWS needs a name of its own, unique among all of AWS"
        : `bucket is not set: vaultMode "${mode}" needs the name of the bucket that is there`,
    );
  if (mode === "create" && adoptChanges)
    problems.push('adoptChanges is "true": must be left out, because vaultMode "create" takes nothing over');
  if (replica.roleArn !== "" && replica.account === aws.account)
    problems.push(
      `replicaRoleArn is "${replica.roleArn}": must be of another account than awsAccount (${aws.account}); without it the copy is in that one`,
    );
  return [
    ...problems,
    ...(mode === "create" ? [] : missingSecrets(texts, mode)),
    ...collect(
      () => {
        if (replica.region !== "" && replica.bucket !== "")
          checkReplica(
            (part) => (part === "region" ? "replicaRegion" : "replicaBucket"),
            { region, bucket },
            replica,
          );
      },
      () => {
        checkKeyId("vaultKeyId", aws.vault.keyId, mode, "vault");
      },
      () => {
        checkKeyId("replicaKeyId", replica.keyId, mode, "replica");
      },
      () => {
        checkLock("objectLockDays", lock, Object.values(classes));
      },
    ),
  ];
}

/** New ones would open none of the backups that are there. */
function missingSecrets(texts: Texts, mode: VaultMode): string[] {
  return kitSecrets
    .filter((key) => texts.isEmpty(key))
    .map(
      (key) =>
        `${texts.missing(key)}: vaultMode "${mode}" goes on with the secrets of the vault that is there; set lstm-pfd:recoveryKit to the path of its recovery kit, or the key itself with "pulumi config set --secret"`,
    );
}
