import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { jobNames, names, recoveryLabels, repositoryServiceAccount, triedAgain } from "../plan/names";
import { type RecoveryPod, recoveryPodTemplate } from "../plan/recoveryPod";
import { postgresMemory } from "../plan/postgresMemory";
import { mebibytes, productionResources, type Resources } from "../plan/resources";
import { stepJobSpec } from "../plan/stepJob";

/** Arguments of {@link Recovery}. */
export interface RecoveryArgs {
  /** Kubernetes namespace of the Jobs. */
  namespace: pulumi.Input<string>;
  /** What tells the volumes from later ones: one that was lost and made again gets its data back. @default nothing does */
  volumes?: { database: pulumi.Input<string>; checkpoints: pulumi.Input<string> };
  /** Images of the commands, full references. */
  images: { postgres: string; operations: string };
  /** Settings of the object store, for the commands' environment. */
  environment: Record<string, string>;
  /** What PostgreSQL asks for and may take; the server that replays has the same limit. @default productionResources */
  databaseResources?: Resources;
  /** The database runs on nodes of its own, and so does its restore. @default false */
  databaseNodes?: boolean;
  /** Who takes over, in the records of the lineage: `id` is the uid of the namespace, `name` is for people. */
  site: { id: pulumi.Input<string>; name: string };
  /** Seconds after which a WAL segment is archived; a head that has archived within three times that is alive. @default 50 */
  archiveTimeoutSeconds?: number;
  /** Number of a living head, or of a claim that nobody has settled, that is superseded on purpose. @default none is */
  takeOver?: number;
  /** Timeline to go on with in a vault from before there were claims. @default the one with the newest end */
  adoptTimeline?: number;
  /** Permit to start with an empty database and without a model where there is no backup. True on the first `up` alone. */
  initialise: boolean;
  /** An empty database may begin beside dumps of one, which are left aside. @default false */
  ignoreDumps?: boolean;
  /** Pods act at AWS by their service accounts and have no keys. @default false */
  podIdentity?: boolean;
  /** Label of the base backup to restore; empty for the newest committed one. */
  restoreSet: string;
  /** Seconds since the newest archived segment above which nothing comes back without a word. @default 14400 */
  maxDataAgeSeconds?: number;
  /** Seconds: data as old as this comes back all the same. @default 0 */
  acceptDataAge?: number;
  /** Collation versions of the image that are accepted, as in "icu:153.128,libc:2.41"; all indexes are rebuilt then. @default none are */
  acceptCollations?: string;
  /** Where to stop: a time with its zone, `lsn:…` or `restore-point:NAME`. @default the end of the archive */
  restoreTo?: string;
  /** Last WAL segment before a hole in the archive: what lies beyond is given up. @default a hole stops the recovery */
  acceptLossAfter?: string;
  /** Name of the model snapshot to restore; empty for the newest committed one. */
  restoreModels: string;
  /** Tables that may come back without rows, comma-separated. */
  acceptEmptyTables: string;
}

/**
 * Brings the data back, before anything uses it: one Job for the database, one for the checkpoints. Each keeps what is valid,
 * restores into what is empty, and fails on everything else, and `up` with it.
 */
export class Recovery extends pulumi.ComponentResource {
  constructor(name: string, args: RecoveryArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Recovery", name, {}, options);
    this.database(name, args);
    this.models(name, args);
    this.registerOutputs({});
  }

  private database(name: string, { namespace, images, environment, ...args }: RecoveryArgs): void {
    const { databaseResources = productionResources.database } = args;
    const labels = recoveryLabels(jobNames.restoreDatabase, "wal", "restore");
    // A pod has one role, and a promotion archives: where roles come by service account, the writer restores.
    const roles: Pick<RecoveryPod, "repositoryRole" | "archiverRole"> =
      args.podIdentity === true
        ? { repositoryRole: "writer" }
        : { repositoryRole: "reader", archiverRole: "writer" };
    const template = recoveryPodTemplate({
      command: [jobNames.restoreDatabase],
      image: images.postgres,
      podKind: "database",
      serviceAccount: repositoryServiceAccount(args.podIdentity === true ? "writer" : "reader"),
      labels,
      ...roles,
      databasePassword: true,
      memoryLimit: databaseResources.limits.memory,
      databaseNodes: args.databaseNodes,
      environment: {
        ...environment,
        POSTGRES_DB: names.database,
        DB_USER: names.databaseUser,
        SHARED_BUFFERS: postgresMemory(mebibytes(databaseResources.limits.memory)).sharedBuffers,
        SITE_ID: args.site.id,
        SITE_NAME: args.site.name,
        ARCHIVE_TIMEOUT_SECONDS: String(args.archiveTimeoutSeconds ?? 50),
        PERMIT_INITIALISE: String(args.initialise),
        ...(args.ignoreDumps === true ? { IGNORE_DUMPS: "true" } : {}),
        RESTORE_SET: args.restoreSet,
        ACCEPT_EMPTY_TABLES: args.acceptEmptyTables,
        MAX_DATA_AGE_SECONDS: String(args.maxDataAgeSeconds ?? 14_400),
        ...optional("ACCEPT_DATA_AGE", args.acceptDataAge),
        ...optional("ADOPT_TIMELINE", args.adoptTimeline),
        ...optional("TAKE_OVER", args.takeOver),
        ...((args.restoreTo ?? "") === "" ? {} : { RESTORE_TO: args.restoreTo ?? "" }),
        ...((args.acceptCollations ?? "") === "" ? {} : { ACCEPT_COLLATIONS: args.acceptCollations ?? "" }),
        ...((args.acceptLossAfter ?? "") === "" ? {} : { ACCEPT_LOSS_AFTER: args.acceptLossAfter ?? "" }),
      },
    });
    const metadata = { name: jobNames.restoreDatabase, namespace, labels };
    this.job(`${name}-database`, metadata, template, args.volumes?.database);
  }

  private models(name: string, { namespace, images, environment, ...args }: RecoveryArgs): void {
    const labels = recoveryLabels(jobNames.restoreModels, "models", "restore");
    const template = recoveryPodTemplate({
      command: [jobNames.restoreModels],
      image: images.operations,
      podKind: "checkpoints",
      serviceAccount: repositoryServiceAccount("reader"),
      labels,
      repositoryRole: "reader",
      environment: {
        ...environment,
        PERMIT_INITIALISE: String(args.initialise),
        RESTORE_MODELS: args.restoreModels,
      },
    });
    const metadata = { name: jobNames.restoreModels, namespace, labels };
    this.job(`${name}-models`, metadata, template, args.volumes?.checkpoints);
  }

  private job(
    name: string,
    metadata: k8s.types.input.meta.v1.ObjectMeta,
    template: k8s.types.input.core.v1.PodTemplateSpec,
    volume: pulumi.Input<string> | undefined,
  ): void {
    new k8s.batch.v1.Job(
      name,
      { metadata: { ...metadata, annotations: triedAgain }, spec: stepJobSpec(template) },
      {
        parent: this,
        deleteBeforeReplace: true,
        ...(volume === undefined ? {} : { replacementTrigger: volume }),
        customTimeouts: { create: "12h", update: "12h" },
      },
    );
  }
}

/** A variable that stands only where it is set: a Job is made anew when its environment changes. */
function optional(name: string, value: number | undefined): Record<string, string> {
  return value === undefined || value === 0 ? {} : { [name]: String(value) };
}
