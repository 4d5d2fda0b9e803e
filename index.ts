import * as pulumi from "@pulumi/pulumi";
import { Application } from "./components/application";
import { ApplicationNamespace } from "./components/applicationNamespace";
import { ApplicationSecrets } from "./components/applicationSecrets";
import { backupPlace } from "./stacks/backupLocation";
import { Backups } from "./components/backups";
import { commandEnvironment, firstBackupRun, repositoryPlace, savedCertificates } from "./stacks/arguments";
import { FirstBackup } from "./components/firstBackup";
import { clusterBase } from "./stacks/clusterBase";
import { platformImages } from "./stacks/images";
import { Recovery } from "./components/recovery";
import { RecoverySecrets } from "./components/recoverySecrets";
import { Repository } from "./components/repository";
import { SavedSecrets } from "./components/savedSecrets";
import { Verification } from "./components/verification";
import { Volumes } from "./components/volumes";
import { type Config, loadConfig } from "./config/config";
import { withKit } from "./kit/withKit";
import { backupRuns } from "./plan/backupRuns";

/** The vault: where the backups are, and the secrets that a rebuild cannot draw anew. Lives for ever. */
function vault(config: Config): pulumi.Inputs {
  const secrets = new RecoverySecrets("recovery", config);
  return { kit: pulumi.secret({ ...backupPlace(config, secrets), ...secrets.kit }) };
}

/** The platform: everything that a disaster takes, built around what the vault holds. Disposable. */
function platform(config: Config): pulumi.Inputs {
  const images = platformImages(config);
  const { archiveTimeoutSeconds, classes, expectNonce } = config;
  const podIdentity = config.objectStore.kind === "aws";
  const runs = backupRuns(classes);

  const { provider, kubeconfig, ready, serving, ingressEndpoint, production, ...place } = clusterBase(config);
  const inCluster = { provider };
  // Whatever is in the namespace waits for it.
  const { namespace } = new ApplicationNamespace("namespace", config, { ...inCluster, dependsOn: ready });
  const volumes = new Volumes("volumes", { ...config, ...place.volumes, namespace }, inCluster);
  const secrets = new ApplicationSecrets("secrets", { ...config, namespace }, inCluster);
  const repository = new Repository("repository", { ...repositoryPlace(config), namespace }, inCluster);

  const commands = { namespace, images, environment: commandEnvironment(config) };
  const recovery = new Recovery(
    "recovery",
    { ...config, ...commands, podIdentity },
    { ...inCluster, dependsOn: [volumes, secrets, repository] },
  );
  const certificates = new SavedSecrets(
    "saved-secrets",
    { namespace, secrets: savedCertificates(config), operationsImage: images.operations },
    inCluster,
  );
  const application = new Application(
    "application",
    { ...config, ingressEndpoint, production, namespace, images, awaitReady: !config.initialise },
    { ...inCluster, dependsOn: [recovery, certificates, ...serving] },
  );
  new Backups("backups", { ...commands, runs }, { ...inCluster, dependsOn: recovery });

  // Without data there is nothing to prove and nothing to back up yet: that comes with the second `up`.
  if (!config.initialise) {
    const verification = new Verification(
      "verification",
      { namespace, ingressEndpoint, operationsImage: images.operations, archiveTimeoutSeconds, expectNonce },
      { ...inCluster, dependsOn: application },
    );
    new FirstBackup(
      "first-backup",
      { ...commands, run: firstBackupRun(runs) },
      { ...inCluster, dependsOn: verification },
    );
  }
  return { kubeconfig, namespace };
}

/** The program of both layers; `lstm-pfd:layer` says which one a stack is. */
function program(): Promise<pulumi.Inputs> {
  const config = loadConfig(withKit);
  return Promise.resolve(config.layer === "vault" ? vault(config) : platform(config));
}

// Pulumi calls what `module.exports` is, and nothing else.
export = program;
