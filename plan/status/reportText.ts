import { type StatusFacts, valueOf } from "./facts";
import type { Severity } from "./findings";
import type { Objectives } from "./objectives";
import type { StatusReport } from "./report";
import { type Section, sectionsOf } from "./sections";
import { timeText } from "./words";

/** Characters of a line of the terminal. */
const WIDTH = 80;
/** Characters before the text of a row. */
const LABEL = 12;

/** How each severity is written. */
export const severityWords: Record<Severity, string> = {
  safe: "SAFE",
  warning: "WARNING",
  unknown: "CANNOT TELL",
  "not safe": "NOT SAFE",
};

/** What is said where nothing was found. */
export const allSafe = "what a recovery needs is there, and each class is within its objective";

/** The report for a terminal: the worst first, each with what to do, then what is told of each class. No line is longer than 80 characters. */
export function reportText({ findings, facts }: StatusReport, objectives: Objectives): string {
  const top =
    findings.length === 0
      ? wrapped(`${severityWords.safe}: ${allSafe}`, "", "  ")
      : findings.flatMap(({ severity, what, remedy }) => [
          ...wrapped(`${severityWords[severity]}: ${what}`, "", "  "),
          ...wrapped(`do: ${remedy}`, "  ", "    "),
        ]);
  const sections = sectionsOf(facts, objectives, findings).flatMap(sectionText);
  return [...top, "", ...wrapped(contextText(facts), "", ""), ...sections]
    .map((line) => `${line}\n`)
    .join("");
}

/** When and of what all of it is told. */
export function contextText({ stack, bucket }: StatusFacts): string {
  const now = valueOf(bucket.now);
  return [
    now === undefined ? "no clock of the store" : `as of ${timeText(now)} by the store's clock`,
    `vault ${bucket.address}`,
    stack === undefined ? "no stack named" : `stack ${stack}`,
  ].join("; ");
}

function sectionText({ title, state, rows }: Section): string[] {
  return [
    "",
    `${title}${state === undefined || state === "safe" ? "" : `: ${severityWords[state]}`}`,
    ...rows.flatMap(([label, text]) => wrapped(text, `  ${label}`.padEnd(LABEL), " ".repeat(LABEL))),
  ];
}

/** Breaks a text into lines between words, and within a word that is longer than a line. */
function wrapped(text: string, first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const end = (): void => {
    lines.push(line);
    line = others;
    isEmpty = true;
  };
  for (const word of text.split(/\s+/)) {
    let rest = word;
    if (!isEmpty && line.length + 1 + rest.length > WIDTH) end();
    while (line.length + (isEmpty ? 0 : 1) + rest.length > WIDTH) {
      const room = WIDTH - line.length;
      line += rest.slice(0, room);
      rest = rest.slice(room);
      end();
    }
    line += `${isEmpty ? "" : " "}${rest}`;
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}
