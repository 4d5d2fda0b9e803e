import * as pulumi from "@pulumi/pulumi";
import { RecoverySecrets } from "../components/recoverySecrets";
import type { Config } from "../config/config";
import { vaultAtExistingStore } from "./onKubeconfig";
import { vaultOnLocal } from "./onLocal";
import type { BackupsLocation } from "./vaultAtStore";
import { vaultOnAws } from "./vaultOnAws";

/** The vault: where the backups are, and the secrets that a rebuild cannot draw anew. Lives for ever. */
export function vault(config: Config): pulumi.Inputs {
  const secrets = new RecoverySecrets("recovery", { protectData: config.protectData });
  const { imagePullSecret } = config;
  return {
    kit: pulumi.secret({
      ...backupsLocation(config, secrets),
      ...secrets.kit,
      // A rebuild pulls its images before anybody can set anything on its cluster.
      ...(imagePullSecret === "" ? {} : { imagePullSecret }),
    }),
  };
}

/** Where the backups are: a vault at AWS, or a bucket at a store that speaks like S3. */
export function backupsLocation(config: Config, secrets: RecoverySecrets): BackupsLocation {
  const { objectStore } = config;
  switch (objectStore.kind) {
    case "aws":
      return vaultOnAws(config);
    case "s3":
      return vaultAtExistingStore(config);
    case "embedded":
      return vaultOnLocal(config, objectStore, secrets);
  }
}
