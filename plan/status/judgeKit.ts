import { formatDuration } from "../../lib/format";
import type { CertificateFacts, KitFacts, Read } from "./facts";
import type { Finding, Severity } from "./findings";
import { timeText } from "./words";

const DAY_SECONDS = 24 * 3600;

/**
 * Days before its end at which a certificate of the kit is told. cert-manager renews a leaf of ninety days thirty before its end, so that a
 * kit which is written anew now and then never comes so near.
 */
const toldDaysBefore: Record<CertificateFacts["kind"], number> = {
  leaf: 14,
  authority: 60,
  "authority of the object store": 60,
};

const writeAnew =
  'write the kit anew, by "npm run kit" where the platform\'s stack is, and keep a copy of it elsewhere';

/** What the recovery kit says. @param now undefined where no clock is known */
export function judgeKit(kit: Read<KitFacts>, now: Date | undefined): Finding[] {
  if (kit.state === "not asked") return [];
  if (kit.state === "unknown")
    return [finding("unknown", `the recovery kit cannot be read: ${kit.why}`, kit.remedy)];
  const { place, generation, stack, fit, problem, certificates, unreadable } = kit.value;
  const found: Finding[] = [];
  if (problem !== undefined)
    found.push(
      finding(
        // The vault has a newer one, or this machine has one.
        ["old", "missing"].includes(problem.fault) ? "warning" : "not safe",
        `recovery kit ${problem.place}: ${problem.reason}`,
        problem.remedy,
      ),
    );
  else if (fit.state === "unknown")
    found.push(
      finding(
        "unknown",
        `whether the recovery kit is the newest of this vault is not known: ${fit.why}`,
        fit.remedy,
      ),
    );
  if (generation === 0)
    found.push(
      finding(
        "warning",
        `recovery kit ${place} is from before version 2: it does not say what the platform ran`,
        writeAnew,
      ),
    );
  else if (stack === undefined)
    found.push(
      finding(
        "warning",
        `recovery kit ${place} knows of no platform: a rebuild would have to be told its settings`,
        writeAnew,
      ),
    );
  for (const name of unreadable)
    found.push(
      finding("warning", `a certificate in the recovery kit cannot be understood: ${name}`, writeAnew),
    );
  if (now !== undefined) for (const each of certificates) found.push(...endOf(each, now));
  return found;
}

/** A leaf is issued anew in a recovery; with an authority ends all that it has signed. */
function endOf({ name, kind, validTo }: CertificateFacts, now: Date): Finding[] {
  const left = (validTo.getTime() - now.getTime()) / 1000;
  if (left > toldDaysBefore[kind] * DAY_SECONDS) return [];
  const what = `${kind === "leaf" ? "certificate" : kind} ${name} in the recovery kit`;
  const remedy =
    kind === "leaf"
      ? `if the cluster has a newer one, ${writeAnew}; if it has not, look why cert-manager does not renew it`
      : kind === "authority"
        ? `renew it and run "npm run up", give the new one to the clients, then ${writeAnew}`
        : `renew it at the object store, set s3CaCertificate, run "npm run up", then ${writeAnew}`;
  return left <= 0
    ? [finding(kind === "leaf" ? "warning" : "not safe", `${what} has ended at ${timeText(validTo)}`, remedy)]
    : [finding("warning", `${what} ends in ${formatDuration(left)} (${timeText(validTo)})`, remedy)];
}

function finding(severity: Exclude<Severity, "safe">, what: string, remedy: string): Finding {
  return { severity, subject: "config", what, remedy };
}
