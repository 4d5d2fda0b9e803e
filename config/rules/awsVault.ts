import { checkLock } from "../../plan/aws/objectLock";
import { checkReplica } from "../../plan/aws/replication";
import { checkKeyId } from "../../plan/aws/vault";
import type { Config } from "../shape";
import { configKeys } from "../schema";
import type { Texts } from "../texts";
import { collect } from "./collect";

/**
 * What is wrong with a vault at AWS, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function awsVaultProblems(texts: Texts, { aws, bucket, classes }: Config): string[] {
  const { lock, mode, region, replica } = aws.vault;
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
  return [
    ...problems,
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
