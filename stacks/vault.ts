import * as pulumi from "@pulumi/pulumi";
import { RecoverySecrets } from "../components/recoverySecrets";
import type { Config } from "../config/config";
import type { AccessKey } from "../plan/accessKey";
import { compareBeforeAdoption } from "./adoption";
import { vaultAtExistingStore } from "./onKubeconfig";
import { vaultOnLocal } from "./onLocal";
import type { BackupsLocation } from "./vaultAtStore";
import { vaultOnAws } from "./vaultOnAws";

/** The vault: where the backups are, and the secrets that a rebuild cannot draw anew. Lives for ever. */
export async function vault(config: Config): Promise<pulumi.Inputs> {
  const { imagePullSecret, objectStore } = config;
  // Before anything is registered: what the engine knows of, it changes.
  if (objectStore.kind === "aws") await compareBeforeAdoption(config);
  const { location, secrets, recoverer } = vaultParts(config);
  return {
    // For who begins a recovery: they read the sealed kit in the vault, and no backup. Not in the kit, since they fetch it.
    ...(recoverer === undefined ? {} : { recoveryAccess: pulumi.secret(recoverer) }),
    kit: pulumi.secret({
      ...location,
      ...secrets.kit,
      // A rebuild pulls its images before anybody can set anything on its cluster.
      ...(imagePullSecret === "" ? {} : { imagePullSecret }),
    }),
  };
}

/** Where the backups are: a vault at AWS, or a bucket at a store that speaks like S3; and the secrets of the recovery kit. */
export function vaultParts(config: Config): {
  location: BackupsLocation;
  secrets: RecoverySecrets;
  /** Only of a store that is made here. */
  recoverer?: AccessKey;
} {
  const { objectStore, protectData } = config;
  if (objectStore.kind === "aws") return vaultOnAws(config);
  const secrets = new RecoverySecrets("recovery", { protectData });
  return objectStore.kind === "s3"
    ? { location: vaultAtExistingStore(config), secrets }
    : { ...vaultOnLocal(config, objectStore, secrets), secrets };
}
