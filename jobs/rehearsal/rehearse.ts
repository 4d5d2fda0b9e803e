import { rm } from "node:fs/promises";
import { join } from "node:path";
import { formatDuration, secondsSince } from "../../lib/format";
import type { Facts } from "../../plan/evidence";
import { readEvidence } from "../../plan/readEvidence";
import { recordOf } from "../database/databaseBackups";
import type { PromotedCopy } from "../database/restorePlan";
import type { RestoreReport } from "../database/restoreDatabase";
import { restoreFromBases, type RestoreFromBasesPlan } from "../database/restoreFromBases";
import { queryValue } from "../database/temporaryServer";
import type { Volume } from "../database/volume";
import type { ObjectStorage } from "../objectStorage";
import { checkAssertions, readAssertions } from "./assertions";
import { checkDump, dumpLoadedAt } from "./dump";
import { checkForeignKeys } from "./foreignKeys";
import { checkIndexes } from "./indexes";
import { checkModels } from "./models";
import { NotRehearsed } from "./steps";
import type { AtWork } from "./withEvidence";

/** So much evidence is looked through for when the dump was loaded last: two weeks of nights. */
const LOOKED_THROUGH = 14;

/** What is rehearsed, and how. */
export interface RehearsalPlan {
  storage: ObjectStorage;
  /** Of the copy, which nobody else uses. */
  volume: Volume;
  /** Looks for what is to be restored; a part of the restore, since there may be nothing. */
  planCopy: () => Promise<{ plan: RestoreFromBasesPlan; headGeneration: number }>;
  /** Passphrase of the dumps. */
  cipherPass: string;
  /** Name of the application's database. */
  database: string;
  /** Seconds since the newest archived segment above which archiving has stopped. */
  maxDataAgeSeconds: number;
  /** Whether each row is looked up in the indexes of its table, too. */
  heapAllIndexed: boolean;
  /** Where the operator's assertions are, and the name of their ConfigMap; empty for none. */
  assertions: { directory: string; wanted: string };
  /** Path of the checkpoint in use, beneath that of the checkpoints. */
  modelFile: string;
  /** Restores. @default as a restore does, without claiming anything */
  restore?: typeof restoreFromBases;
}

/**
 * Restores the newest production backup into a copy that claims and archives nothing, looks at it, at the newest dump in its turn, and at the
 * newest snapshot of the models. Each step is taken whatever became of those before it, as far as it can be.
 * @returns what the restore did
 */
export async function rehearse(
  plan: RehearsalPlan,
  atWork: AtWork,
  log: (line: string) => void,
): Promise<object> {
  const { storage, volume, modelFile } = plan;
  const { steps } = atWork;
  const result = await restoreAndLook(plan, atWork, log);
  // Room for the files of the snapshot.
  await rm(volume.incoming, { recursive: true, force: true });
  const scratch = join(volume.root, "models");
  await steps.take("models", () => checkModels({ storage, scratch, modelFile }, log));
  await steps.take("prediction", () =>
    Promise.reject(
      new NotRehearsed("it needs the application's own image; each up asks the application for one"),
    ),
  );
  return result;
}

async function restoreAndLook(
  plan: RehearsalPlan,
  atWork: AtWork,
  log: (line: string) => void,
): Promise<object> {
  const { storage, restore = restoreFromBases } = plan;
  const { steps } = atWork;
  steps.begin("restore");
  try {
    const { plan: copyPlan, headGeneration } = await plan.planCopy();
    log(`rehearsing the recovery of generation ${headGeneration}, which lives on`);
    let lookedSeconds = 0;
    const inCopy = async (copy: PromotedCopy): Promise<void> => {
      steps.pass({});
      const start = Date.now();
      await look(plan, copy, atWork, log);
      lookedSeconds = secondsSince(start);
    };
    const { totalSeconds, ...report } = await restore({ ...copyPlan, inCopy }, log);
    const base = copyPlan.bases.find(({ label }) => label === report.label);
    const record = base === undefined ? undefined : await recordOf(storage, base);
    const facts = factsOf(report, headGeneration, record?.rowCounts);
    steps.amend("restore", facts, problemOf(report, plan.maxDataAgeSeconds));
    // What a restore would have taken, which does not look.
    const restoreSeconds = Math.round((totalSeconds - lookedSeconds) * 10) / 10;
    return { ...report, totalSeconds: restoreSeconds, action: "rehearsed", headGeneration };
  } catch (error) {
    // What fails after the restore has passed is no step's: it stops the whole.
    if (steps.underWay !== "restore") throw error;
    steps.stop(error);
    return {};
  }
}

/** What is done in the copy while its server runs. */
async function look(
  plan: RehearsalPlan,
  { client, connect, socket }: PromotedCopy,
  { steps, versions, begunAt }: AtWork,
  log: (line: string) => void,
): Promise<void> {
  const { storage, heapAllIndexed, assertions, cipherPass, database, volume } = plan;
  versions["postgresql"] = (await queryValue(client, "show server_version")) ?? "unknown";
  await steps.take("indexes", () => checkIndexes({ connect, heapAllIndexed }, log));
  await steps.take("assertions", async () =>
    checkAssertions(client, await readAssertions(assertions.directory, assertions.wanted)),
  );
  await steps.take("foreign keys", () => checkForeignKeys(client));
  // At last: it takes the place of the copy.
  await steps.take("dump", async () => {
    const { evidence, unreadable } = await readEvidence(storage, "rehearsal", LOOKED_THROUGH);
    for (const each of unreadable) log(`evidence that cannot be read, and does not count: ${each}`);
    const at = dumpLoadedAt(evidence, begunAt);
    if (at !== undefined)
      throw new NotRehearsed(`it is loaded every seventh night, and was at ${at}, without a fault`);
    return checkDump({ storage, cipherPass, database, volume: volume.root }, { connect, socket }, log);
  });
}

function factsOf(
  report: Omit<RestoreReport, "totalSeconds">,
  generation: number,
  atBackup: Readonly<Record<string, number>> | undefined,
): Facts {
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  return {
    ...{ generation, label: report.label, type: report.type, baseStoppedAt: report.baseStoppedAt },
    ...{ databaseBytes: report.databaseBytes, repositoryBytes: report.repositoryBytes },
    ...{ downloadSeconds: report.downloadSeconds, replaySeconds: report.replaySeconds },
    ...{ segmentsReplayed: report.segmentsReplayed, lastSegment: report.lastSegment },
    ...{ newestSegmentAt: report.newestSegmentAt ?? null, dataAgeSeconds: report.dataAgeSeconds ?? null },
    ...{ heartbeatAt: report.heartbeatAt, tables: Object.keys(report.rowCounts).length },
    ...{ rows: sum(report.rowCounts), rowsAtBackup: atBackup === undefined ? null : sum(atBackup) },
    collationsUnknown: report.collationsUnknown ?? null,
  };
}

/** What is wrong with the backups although something came back; undefined for nothing. */
export function problemOf(
  { passedOver = [], dataAgeSeconds, newestSegmentAt }: Omit<RestoreReport, "totalSeconds">,
  maxDataAgeSeconds: number,
): string | undefined {
  const problems = passedOver.map(
    ({ label, object, reason }) =>
      `base backup ${label} is damaged, and an older one was taken: object ${object} (${reason}); bring back a former version of the object (the bucket keeps versions), and take a full backup now (npm run backup -- database)`,
  );
  if (dataAgeSeconds === undefined)
    problems.push(
      "how old the newest archived segment is, nobody can tell: the object store does not say what time it is; let its answers carry the header Date",
    );
  else if (dataAgeSeconds > maxDataAgeSeconds)
    problems.push(
      `the newest archived segment is of ${newestSegmentAt ?? "an unknown time"}, ${formatDuration(dataAgeSeconds)} ago, and what was committed since is in no backup: archiving has stopped; look at the log of the database's pod`,
    );
  return problems.length === 0 ? undefined : problems.join("; ");
}
