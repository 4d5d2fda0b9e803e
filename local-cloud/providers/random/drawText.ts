import { randomInt } from "node:crypto";

/** Which characters a text is drawn from, and how many of each class it has at least. */
export interface TextRules {
  length: number;
  upper: boolean;
  lower: boolean;
  numeric: boolean;
  special: boolean;
  minUpper: number;
  minLower: number;
  minNumeric: number;
  minSpecial: number;
  /** The special characters; empty: the usual ones. */
  overrideSpecial: string;
}

const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Draws a text by the rules. A class that is switched off still gives its minimum, as with the upstream provider. */
export function drawText(rules: TextRules): string {
  const classes = [
    { characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", wanted: rules.upper, minimum: rules.minUpper },
    { characters: "abcdefghijklmnopqrstuvwxyz", wanted: rules.lower, minimum: rules.minLower },
    { characters: "0123456789", wanted: rules.numeric, minimum: rules.minNumeric },
    { characters: rules.overrideSpecial || SPECIAL, wanted: rules.special, minimum: rules.minSpecial },
  ];
  const required = classes.flatMap(({ characters, minimum }) => draw(characters, minimum));
  const all = classes.filter(({ wanted }) => wanted).map(({ characters }) => characters);
  return shuffle([...required, ...draw(all.join(""), rules.length - required.length)]).join("");
}

function draw(characters: string, count: number): string[] {
  const choices = Array.from(characters);
  return Array.from({ length: count }, () => choices[randomInt(choices.length)] ?? "");
}

function shuffle(items: string[]): string[] {
  return items.reduceRight<string[]>((rest, _item, last) => {
    const chosen = randomInt(last + 1);
    [rest[last], rest[chosen]] = [rest[chosen] ?? "", rest[last] ?? ""];
    return rest;
  }, items);
}
