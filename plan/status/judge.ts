import { type BucketFacts, type StatusFacts, valueOf } from "./facts";
import { type Finding, type Severity, worstFirst, worstOf } from "./findings";
import { judgeDumps } from "./judgeDumps";
import { judgeKit } from "./judgeKit";
import { judgeLineage, type OwnSite } from "./judgeLineage";
import { judgeModels } from "./judgeModels";
import { judgePlatform } from "./judgePlatform";
import { judgeArchive, judgeBases, judgeWindow } from "./judgeWal";
import type { Objectives } from "./objectives";

/** What came out. */
export interface Judgement {
  verdict: Severity;
  /** The worst first. */
  findings: Finding[];
}

/** Holds facts to objectives. Whatever was asked for and not had is a finding of its own: nothing is safe because it was not seen. */
export function judge(facts: StatusFacts, objectives: Objectives): Judgement {
  const { kit, bucket, platform } = facts;
  const now = valueOf(bucket.now);
  const findings = worstFirst([
    ...judgeBucket(bucket, ownSite(facts), objectives),
    ...judgeKit(kit, now),
    ...judgePlatform(platform, objectives.runs),
  ]);
  // Whatever keeps silent without a finding of its own must not make a system safe.
  if (findings.length === 0 && !everythingWasRead(facts)) findings.push(notAsked);
  return { verdict: worstOf(findings), findings };
}

const notAsked: Finding = {
  severity: "unknown",
  subject: "store",
  what: "not everything that a recovery stands on was asked for",
  remedy: "run this again with the recovery kit and the vault that are meant",
};

function everythingWasRead({ kit, bucket }: StatusFacts): boolean {
  const { now, lineage, bases, archive, window, dumps, models } = bucket;
  return [kit, now, lineage, bases, archive, window, dumps, models].every(({ state }) => state === "read");
}

/** Whose status it is, as far as that is known. */
export function ownSite({ stack, platform }: Pick<StatusFacts, "stack" | "platform">): OwnSite {
  const living = valueOf(platform);
  return { stack, id: living === undefined ? undefined : valueOf(living.siteId) };
}

function judgeBucket(bucket: BucketFacts, own: OwnSite, objectives: Objectives): Finding[] {
  const { address, lineage, bases, archive, window, dumps, models } = bucket;
  const asked = [lineage, bases, archive, window, dumps, models].filter(({ state }) => state !== "not asked");
  const [first] = asked;
  if (first === undefined) return [];
  // One cause, one finding.
  if (first.state === "unknown" && asked.every(({ state }) => state === "unknown"))
    return [
      {
        severity: "unknown",
        subject: "store",
        what: `nothing could be read of vault ${address}: ${first.why.replace(`vault ${address}: `, "")}`,
        remedy: first.remedy,
      },
    ];
  const now = valueOf(bucket.now);
  const head = valueOf(lineage)?.head?.generation;
  return [
    ...(bucket.now.state === "unknown"
      ? [
          {
            severity: "unknown",
            subject: "store",
            what: `how old anything is cannot be told: ${bucket.now.why}`,
            remedy: bucket.now.remedy,
          } as const,
        ]
      : []),
    ...judgeLineage(lineage, own),
    ...judgeArchive(archive, objectives, now),
    ...judgeBases(bases, objectives, now),
    ...judgeWindow(window, head, valueOf(archive)?.newest?.archivedAt),
    ...judgeModels(models, objectives, now),
    ...judgeDumps(dumps, objectives, now),
  ];
}
