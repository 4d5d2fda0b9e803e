import type { Engine } from "../automation/stack";
import type { Disaster } from "./disaster";
import type { Measured } from "./measureRecovery";
import { recoveryChecks } from "./recoveryChecks";
import type { Recovered } from "./recoverSiteB";
import type { DrillFindings } from "./reportSchema";
import type { Verified } from "./results";

/** What is known so far; a drill that stops early reports what it has. */
export interface Known {
  before?: Verified;
  disaster?: Disaster;
  recovered?: Recovered;
  measured?: Measured;
  again?: { secondUpChanges: number; refreshDrift: number };
  error?: string;
}

/** The part of the findings that follows from what is known. */
export function findingsOf(
  known: Known,
  nonce: string,
  { plugins, toolchain }: Pick<Engine, "plugins" | "toolchain">,
): Omit<
  DrillFindings,
  | "drillId"
  | "nonce"
  | "startedAt"
  | "finishedAt"
  | "steps"
  | "machine"
  | "rtoObjectiveSeconds"
  | "rpoObjectiveSeconds"
> {
  const { disaster, recovered, measured, again } = known;
  const { database, models, verification } = measured ?? {};
  return {
    error: known.error,
    providers: [
      ...Object.entries(plugins.providers).map(([name, plugin]) => ({ name, ...plugin })),
      { name: "embedded", source: "embedded" as const, origin: "part of this project" },
    ],
    languageHost: plugins.languageHost === undefined ? "inline program" : "upstream pulumi-language-nodejs",
    versions: toolchain.versions,
    ...(recovered === undefined
      ? {}
      : { recovery: { from: recovered.from, to: recovered.to }, timeline: recovered.timeline }),
    ...(measured === undefined ? {} : { loss: measured.loss }),
    ...(disaster === undefined
      ? {}
      : {
          lossWindow: {
            killedAt: disaster.killedAt.toISOString(),
            lastArchivedAt: disaster.lastArchived?.at.toISOString(),
          },
        }),
    sizes: {
      databaseBytes: disaster?.databaseBytes,
      repositoryBytes: database?.repositoryBytes,
      checkpointBytes: models?.totalBytes,
      checkpointFiles: models?.files,
      rowsRecovered: sum(verification?.rowCounts),
      newestSegmentAt: database?.newestSegmentAt,
      dataAgeSeconds: database?.dataAgeSeconds,
      generation: database?.generation,
    },
    throughput: {
      restoreSeconds: database?.downloadSeconds,
      replaySeconds: database?.replaySeconds,
      segmentsReplayed: database?.segmentsReplayed,
      checkpointRestoreSeconds: models?.seconds,
    },
    checks: [
      writerCheck(disaster),
      ...recoveryChecks({
        nonce,
        before: known.before ?? {},
        lastArchived: disaster?.lastArchived?.segment,
        after: measured ?? {},
      }),
    ],
    ...again,
  };
}

function writerCheck(disaster: Disaster | undefined): DrillFindings["checks"][number] {
  const skipped = disaster?.acknowledged.skipped;
  return {
    name: "writer's numbers",
    expected: "0 skipped",
    seen: skipped === undefined ? undefined : `${skipped} skipped`,
    ok: skipped === 0,
  };
}

function sum(counts: Record<string, number> | undefined): number | undefined {
  return counts === undefined ? undefined : Object.values(counts).reduce((total, count) => total + count, 0);
}
