import * as pulumi from "@pulumi/pulumi";
import { Application } from "../components/application";
import { ApplicationNamespace } from "../components/applicationNamespace";
import { ApplicationSecrets } from "../components/applicationSecrets";
import { DnsRecord } from "../components/aws/dnsRecord";
import { Backups } from "../components/backups";
import { FirstBackup } from "../components/firstBackup";
import { ImagePullSecret } from "../components/imagePullSecret";
import { PodCredentials } from "../components/podCredentials";
import { Recovery } from "../components/recovery";
import { Rehearsals } from "../components/rehearsals";
import { Repository } from "../components/repository";
import { SavedSecrets } from "../components/savedSecrets";
import { Verification } from "../components/verification";
import { Volumes } from "../components/volumes";
import type { Config } from "../config/config";
import { backupRuns, firstBackupRun } from "../plan/backupRuns";
import { commandEnvironment, storeEnvironment } from "../plan/commandEnvironment";
import { storeAddress } from "../plan/repository";
import { secretDigests } from "../plan/secretDigests";
import type { ClusterBase } from "./clusterBase";
import { clusterBaseOnAws } from "./onAws";
import { clusterBaseOnKubeconfig } from "./onKubeconfig";
import { clusterBaseOnLocal } from "./onLocal";
import { watchPods } from "./watchPods";
import { ingressEndpointOf, savedCertificates } from "./web";

/** The platform: everything that a disaster takes, built around what the vault holds. Disposable. */
export function platform(config: Config): pulumi.Inputs {
  const { archiveTimeoutSeconds, bucket, classes, expectNonce, initialise, s3 } = config;
  const { provider, kubeconfig, ready, ingress, certManager, dns, images, storage, production } =
    clusterBase(config);
  const databaseNodes = production?.database.ownNodes ?? false;
  const podIdentity = config.objectStore.kind === "aws";
  const ingressEndpoint = ingressEndpointOf(config);
  const runs = backupRuns(classes);
  const canRehearse = podIdentity ? config.evidenceRoleArn !== "" : s3.evidence !== undefined;
  const store = {
    bucket,
    region: s3.region,
    endpoint: s3.endpoint,
    ownAuthority: s3.caCertificate !== "",
    podIdentity,
  };
  const environment = commandEnvironment(store);

  // Whatever is in the namespace waits for it.
  const { namespace, uid } = new ApplicationNamespace(
    "namespace",
    { namespace: config.namespace },
    { provider, dependsOn: ready },
  );
  const pullsWithSecret = config.imagePullSecret !== "";
  const pullSecret = new ImagePullSecret(
    "image-pull-secret",
    { namespace, dockerConfig: config.imagePullSecret },
    { provider },
  );
  watchPods(kubeconfig, namespace);
  const volumes = new Volumes(
    "volumes",
    {
      namespace,
      databaseSizeGi: config.databaseSizeGi,
      checkpointsSizeGi: config.checkpointsSizeGi,
      databaseStorageClass: storage.databaseClass,
      checkpointsStorageClass: storage.checkpointsClass,
      checkpointsAccess: storage.checkpointsAccess,
      protectData: config.protectData,
    },
    { provider },
  );
  const secrets = new ApplicationSecrets(
    "secrets",
    {
      namespace,
      dbPassword: config.dbPassword,
      jwtSecret: config.jwtSecret,
      secretKey: config.secretKey,
    },
    { provider },
  );
  const repository = new Repository(
    "repository",
    {
      namespace,
      location: {
        ...storeAddress(s3.endpoint, s3.region),
        bucket,
        region: s3.region,
        retentionDays: classes.wal.retentionDays,
      },
      caCertificate: s3.caCertificate,
      keys: podIdentity
        ? undefined
        : { writer: s3.writer, janitor: s3.janitor, reader: s3.reader, evidence: s3.evidence },
      evidenceAccount: podIdentity && canRehearse,
      cipherPass: config.repositoryCipherPass,
      pullsWithSecret,
    },
    { provider },
  );
  const credentials = podIdentity
    ? [
        new PodCredentials(
          "credentials",
          { namespace, images, environment, databaseNodes },
          { provider, dependsOn: [repository, pullSecret] },
        ),
      ]
    : [];
  const recovery = new Recovery(
    "recovery",
    {
      namespace,
      volumes,
      images,
      environment,
      site: { id: uid, name: siteName(config) },
      archiveTimeoutSeconds,
      initialise,
      ignoreDumps: config.ignoreDumps,
      takeOver: config.takeOver,
      adoptTimeline: config.adoptTimeline,
      podIdentity,
      databaseResources: config.resources.database,
      databaseNodes,
      restoreSet: config.restoreSet,
      restoreTo: config.restoreTo,
      maxDataAgeSeconds: config.maxDataAgeSeconds,
      acceptDataAge: config.acceptDataAge,
      acceptCollations: config.acceptCollations,
      acceptLossAfter: config.acceptLossAfter,
      restoreModels: config.restoreModels,
      acceptEmptyTables: config.acceptEmptyTables,
    },
    { provider, dependsOn: [volumes, secrets, repository, pullSecret, ...credentials] },
  );
  const savedSecrets = new SavedSecrets(
    "saved-secrets",
    {
      namespace,
      secrets: savedCertificates(config),
      operationsImage: images.operations,
      pullsWithSecret,
    },
    { provider, dependsOn: pullSecret },
  );
  const application = new Application(
    "application",
    {
      namespace,
      images,
      dashboardReplicas: config.dashboardReplicas,
      workerReplicas: config.workerReplicas,
      workerCommand: config.workerCommand,
      resources: config.resources,
      pullsWithSecret,
      environmentFrom: { secret: config.environmentSecret, configMap: config.environmentConfigMap },
      ingressEndpoint,
      production,
      repositoryEnvironment: storeEnvironment(store),
      archiveTimeoutSeconds,
      // They stand in the pods' templates for all to see, and are made for that.
      secretDigests: pulumi.unsecret(
        pulumi
          .output({
            dbPassword: config.dbPassword,
            jwtSecret: config.jwtSecret,
            secretKey: config.secretKey,
            repositoryCipherPass: config.repositoryCipherPass,
            writer: podIdentity ? undefined : s3.writer,
          })
          .apply(secretDigests),
      ),
      awaitReady: !initialise,
    },
    { provider, dependsOn: [recovery, savedSecrets, ...present(ingress)] },
  );
  new Backups(
    "backups",
    {
      namespace,
      images,
      environment,
      databaseNodes,
      runs,
      keptDatabaseDays: config.keptDatabaseDays,
      modelsShrinkPercent: config.modelsShrinkPercent,
    },
    { provider, dependsOn: recovery },
  );

  if (canRehearse)
    new Rehearsals(
      "rehearsals",
      {
        namespace,
        postgresImage: images.postgres,
        environment,
        copy: { sizeGi: config.databaseSizeGi, storageClass: storage.databaseClass },
        podIdentity,
        site: siteName(config),
        schedule: config.rehearsalSchedule,
        hours: config.rehearsalHours,
        archiveTimeoutSeconds,
        maxDataAgeSeconds: config.maxDataAgeSeconds,
        assertions: config.rehearsalAssertions,
        heapAllIndexed: config.rehearsalHeapAllIndexed,
      },
      { provider, dependsOn: recovery },
    );
  else void pulumi.log.warn(nothingIsRehearsed);

  const verification = new Verification(
    "verification",
    {
      namespace,
      volumes: pulumi.interpolate`${volumes.database} ${volumes.checkpoints}`,
      ingressEndpoint,
      operationsImage: images.operations,
      pullsWithSecret,
      archiveTimeoutSeconds,
      initialise,
      expectNonce,
    },
    { provider, dependsOn: [application, ...present(certManager)] },
  );
  // Where the permit was used, clients would find nothing yet.
  if (dns !== undefined && ingress !== undefined && !initialise)
    new DnsRecord(
      "dns",
      { zoneId: dns.zoneId, host: config.web.host, balancer: ingress.address, region: dns.region },
      { provider: dns.provider, dependsOn: verification },
    );
  new FirstBackup(
    "first-backup",
    {
      namespace,
      // Of a database that has begun empty there is one more to take once it is filled.
      databaseVolume: initialise ? pulumi.interpolate`${volumes.database}, begun empty` : volumes.database,
      images,
      environment,
      databaseNodes,
      run: firstBackupRun(runs),
    },
    { provider, dependsOn: verification },
  );
  return {
    kubeconfig,
    namespace,
    host: config.web.host,
    address: ingress?.address ?? "",
    dnsPointed: dns !== undefined && !initialise,
  };
}

const nothingIsRehearsed =
  "nothing is rehearsed: the recovery kit has no right to create evidence, because it is from before there was one, or the store gave none " +
  '(evidenceAccessKeyId, evidenceRoleArn). Run "up" for the vault, then for the platform';

/** How people know this platform, in the records of the lineage. */
function siteName({ web, namespace }: Config): string {
  const stack = `${pulumi.getStack()}/${namespace}`;
  return web.host === "" ? stack : `${stack} (${web.host})`;
}

/** A resource that need not be there, as a list for `dependsOn`. */
function present(resource: pulumi.Resource | undefined): pulumi.Resource[] {
  return resource === undefined ? [] : [resource];
}

/** The cluster of the configuration, with all that it must have before the application. */
function clusterBase(config: Config): ClusterBase {
  const { cluster } = config;
  switch (cluster.kind) {
    case "eks":
      return clusterBaseOnAws(config);
    case "kubeconfig":
      return clusterBaseOnKubeconfig(config, cluster.path);
    case "embedded":
      return clusterBaseOnLocal(config, cluster);
  }
}
