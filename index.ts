import * as pulumi from "@pulumi/pulumi";
import { Application } from "./components/application";
import { ApplicationNamespace } from "./components/applicationNamespace";
import { ApplicationSecrets } from "./components/applicationSecrets";
import { Backups } from "./components/backups";
import { Cluster } from "./components/cluster";
import {
  clusterArgs,
  commandEnvironment,
  firstBackupRun,
  objectStoreArgs,
  repositoryPlace,
} from "./components/fromConfig";
import { FirstBackup } from "./components/firstBackup";
import { platformImages } from "./components/images";
import { ObjectStore } from "./components/objectStore";
import { Recovery } from "./components/recovery";
import { RecoverySecrets } from "./components/recoverySecrets";
import { Repository } from "./components/repository";
import { Vault } from "./components/vault";
import { Verification } from "./components/verification";
import { Volumes } from "./components/volumes";
import { type Config, loadConfig } from "./config";
import { backupRuns } from "./plan/backupRuns";

/** The vault: where the backups are, and the secrets that a rebuild cannot draw anew. Lives for ever. */
function vault(config: Config): pulumi.Inputs {
  const { bucket, classes, protectData } = config;
  const secrets = new RecoverySecrets("recovery", { protectData });
  const store = new ObjectStore("object-store", objectStoreArgs(config, secrets.keys));
  const vault = new Vault(
    "vault",
    { bucket, classes, protectData, roleArns: store.roleArns },
    { provider: store.provider },
  );
  return { kit: pulumi.secret({ bucket: vault.bucket, ...store.address, ...secrets.kit }) };
}

/** The platform: everything that a disaster takes, built around what the vault holds. Disposable. */
function platform(config: Config): pulumi.Inputs {
  const images = platformImages(config);
  const { archiveTimeoutSeconds, classes, expectNonce, initialise, restoreSet } = config;
  const runs = backupRuns(classes);

  const cluster = new Cluster("cluster", clusterArgs(config));
  const inCluster = { provider: cluster.provider };
  const { namespace } = new ApplicationNamespace("namespace", config, inCluster);
  const volumes = new Volumes("volumes", { ...config, namespace }, inCluster);
  const secrets = new ApplicationSecrets("secrets", { ...config, namespace }, inCluster);
  const repository = new Repository("repository", { ...repositoryPlace(config), namespace }, inCluster);

  const commands = { namespace, images, environment: commandEnvironment(config) };
  const recovery = new Recovery(
    "recovery",
    { ...commands, initialise, restoreSet },
    { ...inCluster, dependsOn: [volumes, secrets, repository] },
  );
  const application = new Application(
    "application",
    { ...config, namespace, images, awaitReady: !initialise },
    { ...inCluster, dependsOn: recovery },
  );
  new Backups("backups", { ...commands, runs }, { ...inCluster, dependsOn: recovery });

  // Without data there is nothing to prove and nothing to back up yet: that comes with the second `up`.
  if (!initialise) {
    const verification = new Verification(
      "verification",
      { namespace, operationsImage: images.operations, archiveTimeoutSeconds, expectNonce },
      { ...inCluster, dependsOn: application },
    );
    new FirstBackup(
      "first-backup",
      { ...commands, run: firstBackupRun(runs) },
      { ...inCluster, dependsOn: verification },
    );
  }
  return { kubeconfig: cluster.kubeconfig, namespace };
}

/** The program of both layers; `lstm-pfd:layer` says which one a stack is. */
function program(): Promise<pulumi.Inputs> {
  const config = loadConfig();
  return Promise.resolve(config.layer === "vault" ? vault(config) : platform(config));
}

// Pulumi calls what `module.exports` is, and nothing else.
export = program;
