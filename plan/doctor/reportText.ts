import { questions } from "./facts";
import type { DoctorReport, Unanswered } from "./report";

const WIDTH = 80;
/** More symptoms of one cause say nothing more. */
const SHOWN = 8;

/** Questions that are named of those that have one reason for no answer. */
const NAMED = 4;

/** A report for a person, in 80 columns but for commands, which stay whole. */
export function reportText({ causes, unknown }: DoctorReport): string {
  const found = causes.flatMap(({ severity, what, evidence, todo, command, explains }, index) => {
    const number = `${index + 1}. `;
    const hidden = explains.length - SHOWN;
    return [
      "",
      ...wrapped(`${severity.toUpperCase()}: ${what}`, number),
      ...wrapped(evidence, "   seen   "),
      ...wrapped(todo, "   do     "),
      ...(command === undefined ? [] : [`          ${command}`]),
      ...explains
        .slice(0, SHOWN)
        .flatMap((symptom, at) => wrapped(symptom.what, at === 0 ? "   hence  - " : "          - ")),
      ...(hidden > 0 ? [`          - and ${hidden} more`] : []),
    ];
  });
  return [...wrapped(headline(causes.length, unknown.length), ""), ...found, ...unanswered(unknown)]
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function headline(found: number, unknown: number): string {
  const rest =
    unknown === 0 ? "" : `; ${unknown} ${unknown === 1 ? "question has" : "questions have"} no answer`;
  if (found === 0) return `nothing is wrong that doctor can see${rest}`;
  return `${found} ${found === 1 ? "thing is" : "things are"} wrong${found === 1 ? "" : ", the worst first"}${rest}`;
}

/** What could not be asked, by the reason. */
function unanswered(unknown: readonly Unanswered[]): string[] {
  if (unknown.length === 0) return [];
  const reasons = [...new Set(unknown.map(({ why }) => why))];
  return [
    "",
    "not known:",
    ...reasons.flatMap((reason) => {
      const ofReason = unknown.filter(({ why }) => why === reason).map(({ question }) => questions[question]);
      const more = ofReason.length > NAMED ? ` and ${ofReason.length - NAMED} more` : "";
      return wrapped(`${ofReason.slice(0, NAMED).join(", ")}${more}: ${reason}`, "   - ");
    }),
  ];
}

/** Lines of at most 80 columns, the first one after `head`, the others indented as far. A word that is longer stays whole. */
function wrapped(text: string, head: string): string[] {
  const indent = " ".repeat(head.length);
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const isFirst = line === head || line === indent;
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = isFirst ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
