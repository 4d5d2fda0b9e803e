import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import type { GivenUp } from "./acceptedLoss";
import type { CommitsAround } from "./commitsAround";
import { reconcileApplicationRole } from "./applicationRole";
import { together } from "./collationProblem";
import { dataCollations } from "./dataCollations";
import { heartbeatProblem } from "./dataAge";
import { readControlData } from "./dataDirectory";
import { requireInWindow } from "./recoverableWindow";
import { beat, countRows, inspectDatabase, type Inspection } from "./inspection";
import { type OpenedGeneration, openGeneration, promote } from "./openGeneration";
import { rebuildIndexes } from "./rebuildIndexes";
import { type ProvenArchive, provenArchive } from "./provenArchive";
import { readRequests, type Replay, replayArchive, replayedPosition } from "./replayArchive";
import { isOldOnPurpose, type RestorePlan } from "./restorePlan";
import { reach, reachedTarget } from "./standby";
import { queryValue, type TemporaryServer } from "./temporaryServer";

/** What replay and promotion did. */
export interface Recovery extends Inspection, Partial<OpenedGeneration> {
  lastSegment: string;
  segmentsReplayed: number;
  replayedLsn: string;
  /** Commit time of the last replayed transaction, ISO. */
  replayedAt: string | null;
  replaySeconds: number;
  systemId: string;
  /** What lies beyond a hole that an operator accepted. */
  givenUp?: GivenUp;
  /** What was asked for, and the commits on both sides of it; absent where replay went to the end. */
  target?: string;
  lastCommit?: string | null;
  firstCommitAfter?: string | null;
  /** Why nobody can tell whether text is sorted differently here; absent where everything could be compared. */
  collationsUnknown?: string;
}

const MINUTE = 60_000;

/**
 * Brings the base backup in `volume.incoming` to the end of the archive, or to the target that is wanted, as a standby, checks that
 * this was reached, and looks at the data. Then it takes over: claims the next generation, reads the archive once more, promotes into
 * that generation's own path, sets the application's role, stops cleanly and opens it. A rehearsal ends before the claim.
 */
export async function recoverDatabase(plan: RestorePlan, log: (line: string) => void): Promise<Recovery> {
  const { volume, role, succession } = plan;
  const control = await readControlData(volume.incoming);
  const start = Date.now();
  const replaying = await reach(plan, control, log);
  const { server, files, timeline, replay: first } = replaying;
  try {
    const client = await server.connect(plan.database, MINUTE);
    try {
      const inspected = await inspect(plan, client, first.proven, log);
      const around = plan.wanted === undefined ? {} : await reachedTarget(plan, replaying, client, log);
      const connect = (database: string): Promise<Client> => server.connect(database, MINUTE);
      const data = { client, connect, subject: "the restored database", ...plan };
      const { differences, unknown } = await dataCollations(data, log);
      const changed = together(plan.differences, differences);
      await requireStillThere(plan, around);
      await succession?.claim();
      await requireStillThere(plan, around);
      const replay =
        succession === undefined || plan.wanted !== undefined
          ? first
          : await replayTail(plan, first, server, files.requests, log);
      const inspection = replay === first ? inspected : await inspect(plan, client, replay.proven, log);
      const replayedLsn = await replayedPosition(client);
      const replayedAt = await queryValue(
        client,
        "select round(extract(epoch from pg_last_xact_replay_timestamp()) * 1000)",
      );
      const replaySeconds = secondsSince(start);
      log(
        `replayed ${replay.segmentsReplayed} segments to ${replayedLsn}, ${plan.wanted === undefined ? "the end of the archive" : `the target ${plan.wanted.text}`}, in ${replaySeconds} s`,
      );
      const opened =
        succession === undefined
          ? {}
          : await openGeneration({
              plan,
              base: plan.base.label,
              succession,
              server,
              client,
              control,
              target: timeline,
              whilePromoted: async () => {
                if (role !== undefined) {
                  await reconcileApplicationRole(client, role);
                  log(`role ${role.name} set to the password in force, owner of ${role.database}`);
                }
                // A generation that is lost before it has served has a segment, and that must hold a heartbeat of its time.
                await beat(client);
                await lookAgain(inspection, client, log);
                if (changed.length === 0) return undefined;
                const rebuilt = await rebuildIndexes(data, changed, log);
                await beat(client);
                return rebuilt;
              },
              log,
            });
      if (succession === undefined) {
        if (plan.inCopy !== undefined) {
          await promote(client);
          log("the copy is promoted: it archives nothing, and is thrown away");
          await plan.inCopy({ client, connect, socket: server.directory });
        }
        await stop(client, server);
      }
      return {
        lastSegment: replay.lastSegment,
        segmentsReplayed: replay.segmentsReplayed,
        replayedLsn,
        replayedAt: replayedAt === undefined ? null : new Date(Number(replayedAt)).toISOString(),
        replaySeconds,
        systemId: control.systemId,
        ...(replay.proven.givenUp === undefined ? {} : { givenUp: replay.proven.givenUp }),
        ...(unknown === undefined ? {} : { collationsUnknown: unknown }),
        ...around,
        ...opened,
        ...inspection,
      };
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await server.discard();
  }
}

async function inspect(
  plan: RestorePlan,
  client: Client,
  { last, lastArchivedAt }: Pick<ProvenArchive, "last" | "lastArchivedAt">,
  log: (line: string) => void,
): Promise<Inspection> {
  const inspection = await inspectDatabase(client, plan.record?.rowCounts ?? {}, plan.mayBeEmpty);
  log(
    `inspected: ${Object.keys(inspection.rowCounts).length} tables, newest heartbeat ${inspection.heartbeatAt}${inspection.locked === undefined ? "" : `; locked by a transaction right after the target, and counted after the promotion: ${inspection.locked.join(", ")}`}`,
  );
  const now = plan.storage.storeTime;
  if (!isOldOnPurpose(plan) && lastArchivedAt !== undefined && now !== undefined) {
    const problem = heartbeatProblem(
      { segment: last, archivedAt: lastArchivedAt, ageSeconds: 0 },
      new Date(inspection.heartbeatAt),
      { ...plan, now },
    );
    if (problem !== undefined) throw new Failure(problem.reason, problem.remedy);
  }
  return inspection;
}

/** A target must lie in the window when it is claimed: until then what leads to it may have been removed. */
async function requireStillThere(
  { wanted, storage, base, windowDays }: RestorePlan,
  { firstCommitAfter, lastCommit }: Partial<CommitsAround>,
): Promise<void> {
  if (wanted === undefined) return;
  const { target, text } = wanted;
  const commit = firstCommitAfter ?? lastCommit;
  const second =
    target.kind === "time"
      ? target.at
      : commit === null || commit === undefined
        ? base.backup.stoppedAt
        : new Date(commit);
  await requireInWindow(second, { text, now: storage.storeTime, windowDays });
}

/** The promotion has ended the transaction that had locked some tables: now they can be counted. */
async function lookAgain(inspection: Inspection, client: Client, log: (line: string) => void): Promise<void> {
  if (inspection.locked === undefined) return;
  inspection.rowCounts = await countRows(client);
  for (const table of inspection.locked)
    log(
      `${table}, which a transaction right after the target had locked: ${inspection.rowCounts[table] ?? 0} rows`,
    );
}

/** Whoever is superseded may have archived until the claim: that is replayed too. */
async function replayTail(
  plan: RestorePlan,
  first: Replay,
  server: TemporaryServer,
  requestLog: string,
  log: (line: string) => void,
): Promise<Replay> {
  const after = readRequests(requestLog).length;
  const proven = await provenArchive(plan);
  if (proven.last === first.proven.last) return first;
  log(`${proven.last} was archived while the restore was under way: replaying up to it`);
  return replayArchive(plan, { proven, after }, server, requestLog, log);
}

async function stop(client: Client, server: TemporaryServer): Promise<void> {
  await client.end();
  await server.stop(5 * MINUTE);
}
