import type { LineageFacts, Read, SiteFacts } from "./facts";
import type { Finding } from "./findings";

/** Whose status it is. */
export interface OwnSite {
  /** Stack of the platform; undefined where nobody says it. */
  stack?: string | undefined;
  /** Uid of its namespace; undefined where the platform was not asked. */
  id?: string | undefined;
}

/** Whether a site is the own one. */
export type Ownership = "own" | "another" | "unknown";

/** The site of a path from before there were claims: nobody can tell whose it was. */
const UNKNOWN_SITE = "unknown";

/** The uid decides where it is known. Without it the stack in the name does, as far as that goes: another cluster may use the same name. */
export function ownershipOf({ id, name }: SiteFacts, own: OwnSite): Ownership {
  if (own.id !== undefined) return id === own.id ? "own" : "another";
  if (own.stack === undefined || id === UNKNOWN_SITE) return "unknown";
  return name.startsWith(`${own.stack}/`) ? "own" : "another";
}

/** What the lineage says against a site. */
export function judgeLineage(lineage: Read<LineageFacts>, own: OwnSite): Finding[] {
  if (lineage.state === "not asked") return [];
  if (lineage.state === "unknown")
    return [
      {
        severity: "unknown",
        subject: "lineage",
        what: `which database is the living one cannot be told: ${lineage.why}`,
        remedy: lineage.remedy,
      },
    ];
  const { head, unsettled } = lineage.value;
  if (head === undefined)
    return [
      {
        severity: "not safe",
        subject: "lineage",
        what: "no database was ever opened beside this bucket: there is nothing to recover",
        remedy: 'bring the platform up ("npm run up"), or check that this is the right bucket',
      },
      ...unsettled.map((claim) => unsettledFinding(claim, own)),
    ];
  return [...headFindings(head, own), ...unsettled.map((claim) => unsettledFinding(claim, own))];
}

function headFindings(
  { generation, site, openedAt }: NonNullable<LineageFacts["head"]>,
  own: OwnSite,
): Finding[] {
  switch (ownershipOf(site, own)) {
    case "own":
      return [];
    case "another":
      return [
        {
          severity: "not safe",
          subject: "lineage",
          what: `this site is superseded: ${site.name} serves generation ${generation} since ${openedAt}${site.name.startsWith(`${own.stack ?? ""}/`) ? ", a namespace of the same name with another uid" : ""}; what this one accepts is in no backup`,
          remedy: `lead all clients to ${site.name} and remove this site ("npm run down"); or, if that one is to go, recover here anew with takeOver ${generation}`,
        },
      ];
    case "unknown":
      return own.stack === undefined
        ? []
        : [
            {
              severity: "unknown",
              subject: "lineage",
              what: `whether generation ${generation} is that of stack ${own.stack} cannot be told: its record names no site (${site.name})`,
              remedy: "look at a platform that lives: its uid tells",
            },
          ];
  }
}

function unsettledFinding(
  { generation, site, claimedAt }: LineageFacts["unsettled"][number],
  own: OwnSite,
): Finding {
  return ownershipOf(site, own) === "own"
    ? {
        severity: "warning",
        subject: "lineage",
        what: `a recovery of this site has claimed generation ${generation} at ${claimedAt} and not opened it: it is under way, or was stopped`,
        remedy: 'let it finish; if nothing runs, the same command goes on ("npm run up", or the restore)',
      }
    : {
        severity: "not safe",
        subject: "lineage",
        what: `${site.name} has claimed generation ${generation} at ${claimedAt} and not opened it: it is taking over, or has died while it did, and until that is settled the head archives nothing`,
        remedy: `let it finish; only if it is certainly dead, run "npm run up" with takeOver ${generation}`,
      };
}
