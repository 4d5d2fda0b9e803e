import {
  type ArchiveFacts,
  type BaseFacts,
  type BasesFacts,
  type BucketFacts,
  type DumpsFacts,
  type KitFacts,
  type LineageFacts,
  type ModelsFacts,
  type PlatformFacts,
  read,
  type StatusFacts,
  type WindowFacts,
} from "../../../../plan/status/facts";
import { defaultRetentionDays } from "../../../../plan/backupClasses";
import { objectivesOf } from "../../../../plan/status/objectives";

/** What the samples are of. */
export const now = new Date("2026-01-31T06:30:00Z");

/** A time some seconds before that. */
export function ago(seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000);
}

export const hour = 3600;
export const day = 24 * hour;

/** What a platform without settings of its own is held to. */
export const objectives = objectivesOf({ rpoSeconds: 60, retentionDays: defaultRetentionDays });

export const ownUid = "uid-a";

export function lineageFacts(changes: Partial<LineageFacts> = {}): LineageFacts {
  return {
    head: {
      generation: 2,
      site: { id: ownUid, name: "prod/lstm-pfd (lstm-pfd.example.com)" },
      claimedAt: "2026-01-10T00:00:00.000Z",
      openedAt: "2026-01-10T00:01:00.000Z",
      reason: "recovery",
    },
    unsettled: [],
    generations: 2,
    collected: 0,
    ...changes,
  };
}

export function baseFacts(changes: Partial<BaseFacts> = {}): BaseFacts {
  return {
    generation: 2,
    label: "20260131-023000F_20260131-060000I",
    type: "incr",
    stoppedAt: ago(28 * 60),
    committedAt: ago(27 * 60),
    databaseBytes: 445 * 1024 ** 2,
    repositoryBytes: 98 * 1024 ** 2,
    ...changes,
  };
}

export const fullBase = baseFacts({
  label: "20260131-023000F",
  type: "full",
  stoppedAt: ago(3.9 * hour),
  committedAt: ago(3.8 * hour),
});

export function basesFacts(changes: Partial<BasesFacts> = {}): BasesFacts {
  return {
    newest: baseFacts(),
    newestFull: fullBase,
    oldestRead: { ...fullBase, label: "20260123-023000F", stoppedAt: ago(8 * day), databaseBytes: 400e6 },
    count: 51,
    notRead: 0,
    broken: [],
    missing: [],
    expiry: { removes: 6, base: "20260123-023000F", why: "older than the base of the window" },
    ...changes,
  };
}

export function archiveFacts(changes: Partial<ArchiveFacts> = {}): ArchiveFacts {
  return {
    newest: { segment: "00000002000000000000002A", archivedAt: ago(42) },
    deletedTail: [],
    segments: 12_000,
    bytes: 3 * 1024 ** 3,
    oldestAt: ago(8 * day),
    foldersNotListed: 0,
    ...changes,
  };
}

export function windowFacts(changes: Partial<WindowFacts> = {}): WindowFacts {
  return { spans: [{ generation: 2, from: ago(8 * day), to: ago(42) }], broken: [], ...changes };
}

export function dumpsFacts(changes: Partial<DumpsFacts> = {}): DumpsFacts {
  return {
    newest: {
      ...{ name: "backup-2026-01-31-020000", takenAt: ago(4.5 * hour), sizeBytes: 40e6 },
      ...{ rows: 910_000, tables: 12 },
    },
    before: { name: "backup-2026-01-30-020000", takenAt: ago(28.5 * hour), sizeBytes: 39e6 },
    notCounting: [],
    ofFuture: [],
    count: 30,
    plain: 0,
    oldest: { name: "backup-2026-01-02-020000", takenAt: new Date("2026-01-02T02:00:00Z") },
    gaveUp: false,
    ...changes,
  };
}

export function modelsFacts(changes: Partial<ModelsFacts> = {}): ModelsFacts {
  return {
    newest: { name: "models-20260131-030000", takenAt: ago(3.5 * hour), sizeBytes: 81e6, files: 4 },
    before: { name: "models-20260130-030000", takenAt: ago(27.5 * hour), sizeBytes: 80e6 },
    missing: [],
    unconfirmed: [],
    notCommitted: [],
    ofFuture: [],
    count: 62,
    oldest: { name: "models-20260101-030000", takenAt: new Date("2026-01-01T03:00:00Z") },
    gaveUp: false,
    ...changes,
  };
}

export function kitFacts(changes: Partial<KitFacts> = {}): KitFacts {
  return {
    place: "kits/prod.kit",
    generation: 7,
    writtenAt: "2026-01-10T00:05:00.000Z",
    stack: "prod",
    fit: read([]),
    certificates: [
      { name: "lstm-pfd/lstm-pfd-tls", kind: "leaf", validTo: ago(-60 * day) },
      { name: "cert-manager/lstm-pfd-ca", kind: "authority", validTo: ago(-3600 * day) },
    ],
    unreadable: [],
    ...changes,
  };
}

export function platformFacts(changes: Partial<PlatformFacts> = {}): PlatformFacts {
  return {
    siteId: read(ownUid),
    cronJobs: read(objectives.runs.map(({ name, kind }) => ({ name, suspended: kind === "restore" }))),
    failedJobs: read([]),
    archiver: read({ archivedCount: 12_000, failedCount: 0, lastArchivedAt: "2026-01-31T06:29:18Z" }),
    certificatesNotInKit: read([]),
    ...changes,
  };
}

export function bucketFacts(changes: Partial<BucketFacts> = {}): BucketFacts {
  return {
    address: "https://s3.example.com:9000/lstm-pfd-backups",
    now: read(now),
    lineage: read(lineageFacts()),
    bases: read(basesFacts()),
    archive: read(archiveFacts()),
    window: read(windowFacts()),
    dumps: read(dumpsFacts()),
    models: read(modelsFacts()),
    ...changes,
  };
}

/** A healthy platform, whose bucket and kit alone were asked. */
export function statusFacts(changes: Partial<StatusFacts> = {}): StatusFacts {
  const notRecorded = { state: "not asked", why: "nothing records it yet" } as const;
  return {
    stack: "prod",
    kit: read(kitFacts()),
    bucket: bucketFacts(),
    platform: { state: "not asked", why: "stack prod was not brought up from this machine" },
    proofs: { rehearsal: notRecorded, drill: notRecorded },
    ...changes,
  };
}
