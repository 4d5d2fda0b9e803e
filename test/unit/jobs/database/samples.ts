import type { CommittedRecord } from "../../../../jobs/database/committedRecord";
import type { Chain } from "../../../../jobs/lineage/chain";
import type { BaseBackup, StanzaInfo } from "../../../../jobs/database/stanzaInfo";

/** A full backup, or what `changes` make of it. */
export function baseBackup(changes: Partial<BaseBackup> = {}): BaseBackup {
  return {
    label: "20260101-000000F",
    type: "full",
    references: [],
    error: false,
    startedAt: new Date("2026-01-01T00:00:00Z"),
    stoppedAt: new Date("2026-01-01T00:01:00Z"),
    walStart: "000000010000000000000002",
    walStop: "000000010000000000000003",
    lsnStop: "0/3000100",
    databaseBytes: 1000,
    repositoryBytes: 100,
    databaseId: 1,
    ...changes,
  };
}

/** A stanza that holds these backups. */
export function stanzaInfo(backups: BaseBackup[], status = { code: 0, message: "ok" }): StanzaInfo {
  return {
    status,
    backups,
    archiveIds: { 1: "15-1" },
    databases: { 1: { systemId: "7711696204233015402", version: "15" } },
  };
}

/** The committed record of that backup. */
export function committedRecord(label = "20260101-000000F"): CommittedRecord {
  return {
    label,
    type: "full",
    startedAt: "2026-01-01T00:00:00.000Z",
    stoppedAt: "2026-01-01T00:01:00.000Z",
    walStart: "000000010000000000000002",
    walStop: "000000010000000000000003",
    databaseBytes: 1000,
    repositoryBytes: 100,
    systemId: "7711696204233015402",
    pgVersion: "15",
    rowCounts: { experiments: 5, tags: 0 },
    checkedAt: "2026-01-01T00:02:00.000Z",
  };
}

/** The way to generation 1, which nobody has taken over. */
export function chainOfOne(): Chain {
  return {
    generation: 1,
    timeline: 1,
    stretches: [
      { timeline: 1, generation: 1, archiveId: "15-1", from: 0, end: undefined, position: undefined },
    ],
  };
}
