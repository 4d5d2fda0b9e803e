/** Options that are in force, by name. */
export type PgBackRestOptions = ReadonlyMap<string, string>;

/**
 * What a pgBackRest configuration says to one command, once for each stanza in it: options of `[stanza:command]` win over those
 * of `[stanza]`, then come `[global:command]` and `[global]`. Reads as pgBackRest does: blanks around names and values do not
 * count, nor does the carriage return of a line; a line that begins with `#` is a comment.
 * @returns the options of each stanza; those for any stanza where the configuration names none
 * @see https://pgbackrest.org/configuration.html
 * @see https://github.com/pgbackrest/pgbackrest, src/common/ini.c and src/config/parse.c
 */
export function pgBackRestOptions(text: string, command: string): PgBackRestOptions[] {
  const sections = sectionsOf(text);
  const named = [...sections.keys()].map((section) => section.replace(/:.*$/, ""));
  const stanzas = [...new Set(named)].filter((stanza) => stanza !== "global");
  const inForce = (stanza: string): PgBackRestOptions =>
    new Map(
      ["global", `global:${command}`, stanza, `${stanza}:${command}`].flatMap((section) => [
        ...(sections.get(section) ?? []),
      ]),
    );
  return stanzas.length === 0 ? [inForce("global")] : stanzas.map(inForce);
}

function sectionsOf(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let options = new Map<string, string>();
  for (const line of text.split("\n").map((each) => each.trim())) {
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    const [, name, value] = /^([^#=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      options = sections.get(section) ?? new Map<string, string>();
      sections.set(section, options);
    } else if (name !== undefined && value !== undefined) options.set(name, value);
  }
  return sections;
}
