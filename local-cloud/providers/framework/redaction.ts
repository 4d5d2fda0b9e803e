import { textsOf, type WireProperties } from "./wire";

/** Shorter secrets would also black out words that merely look like them. */
const SHORTEST = 8;

/**
 * A function that blacks out the secrets of some properties in a text for people.
 * A text that also stands outside of secrets, such as a name, is none.
 */
export function redactor(...properties: readonly WireProperties[]): (text: string) => string {
  const texts = textsOf({});
  for (const each of properties) textsOf(each, texts);
  const hidden = [...texts.secret]
    .filter((text) => text.length >= SHORTEST && !texts.open.has(text))
    .flatMap((text) => [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString("base64")])
    .sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((result, secret) => result.replaceAll(secret, "[secret]"), text);
}
