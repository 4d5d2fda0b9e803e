import { parseArgs } from "node:util";
import {
  type CommandLine,
  type CommandName,
  commands,
  flags,
  optionTable,
  sizeOptions,
} from "./commandTable";

/** What was asked for. */
export interface Options {
  /** Name of the platform's stack. Its vault is `<stack>-vault`. @default "local" */
  stack: string;
  /** Configuration keys without namespace, from `--config key=value`. */
  config: Record<string, string>;
  /** Configuration keys without namespace, from `--forget key`. */
  forget: string[];
  /** Directory with archives of upstream plugins. */
  plugins?: string | undefined;
  /** Directory with images that were saved. */
  images?: string | undefined;
  /** Registry that images are pushed to. */
  push?: string | undefined;
  /** Directory that images are saved in. */
  save?: string | undefined;
  /** Image by digest that images stand on. */
  base?: string | undefined;
  /** Major version of PostgreSQL, or "debian". */
  postgres?: string | undefined;
  /** Run the stand-in in place of the application. */
  standIn: boolean;
  /** Use no layer of an earlier build. */
  anew: boolean;
  /** Sizes as they were given, not yet looked at. */
  sizes: Partial<Record<(typeof sizeOptions)[number], string>>;
  /** Directory for files that are written. */
  output?: string | undefined;
  /** Address of a vault that the kit is taken from. */
  fromVault?: string | undefined;
  /** File with the authority of its object store. */
  authority?: string | undefined;
  /** Id of a former version of the kit there. */
  kitVersion?: string | undefined;
  /** Refuse when the stack exists already. */
  fresh: boolean;
  /** Leave the recovered site running. */
  keep: boolean;
  /** Remove the vault as well, and with it all backups. */
  vault: boolean;
  /** What was in the cluster is forgotten: it does not answer, and never will. */
  clusterIsGone: boolean;
  /** Permit to begin with an empty database. */
  initialise: boolean;
  /** Where a restore or a rescue goes back to, or a search ends; undefined for the end of the archive. */
  to?: string | undefined;
  /** From when on moments are looked for; undefined for a day. */
  from?: string | undefined;
  /** Table that is looked for; undefined for any. */
  table?: string | undefined;
  /** Rows from which on a change counts, not yet looked at. */
  rows?: string | undefined;
  /** Label of the base backup that it begins with. */
  set?: string | undefined;
  /** Name of the snapshot of models. */
  snapshot?: string | undefined;
  /** Name of the snapshot of models that is to count. */
  confirm?: string | undefined;
  /** Name of a portable dump, or its day. */
  dump?: string | undefined;
  /** Archive that is written for whoever helps. */
  bundle?: string | undefined;
  /** Do nothing but say what would be done. */
  plan: boolean;
  /** Print for programs. */
  json: boolean;
  /** Do not ask. */
  yes: boolean;
  /** Bring back what was replaced. */
  undo: boolean;
  /** Remove what is kept for an undo. */
  forgetKept: boolean;
  /** Number of a generation that is kept. */
  generation?: string | undefined;
  help: boolean;
  /** Words after the command. */
  words: string[];
}

/** Commands that are told by a word what they work on. */
const takingWords = ["backup", "restore", "rescue"];

/** A command line that cannot be carried out. */
export class UsageError extends Error {}

/**
 * Reads a command line.
 * @throws UsageError that names the word at fault
 */
export function parseCommandLine(words: readonly string[]): { command: CommandName; options: Options } {
  const { values, positionals } = parse(withOwnForget(words));
  const [command, ...rest] = positionals;
  const help = values.help ?? false;
  if (!help) {
    checkCommand(command);
    checkOptions(command, Object.keys(values));
    const [stray] = (["authority", "kit-version"] as const).filter((name) => values[name] !== undefined);
    if (stray !== undefined && values["from-vault"] === undefined)
      throw new UsageError(`--${stray} says something of --from-vault, which is missing; see --help`);
  }
  if (rest.length > 0 && !takingWords.includes(command ?? ""))
    throw new UsageError(`"${rest[0] ?? ""}" is no argument of ${command ?? ""}; see --help`);
  const stack = values.stack ?? "local";
  checkStack(stack);
  return {
    command: command as CommandName,
    options: {
      stack,
      config: pairs(values.config ?? []),
      forget: (values.forget ?? []).map((key) => key.replace(/^lstm-pfd:/, "")),
      plugins: values.plugins,
      images: values.images,
      push: values.push,
      save: values.save,
      base: values.base,
      postgres: values.postgres,
      standIn: values["stand-in"] ?? false,
      anew: values.anew ?? false,
      output: values.output,
      sizes: Object.fromEntries(sizeOptions.map((name) => [name, values[name]])),
      fromVault: values["from-vault"],
      authority: values.authority,
      kitVersion: values["kit-version"],
      fresh: values.fresh ?? false,
      keep: values.keep ?? false,
      vault: values.vault ?? false,
      clusterIsGone: values["cluster-is-gone"] ?? false,
      initialise: values.initialise ?? false,
      to: values.to,
      from: values.from,
      table: values.table,
      rows: values.rows,
      set: values.set,
      snapshot: values.snapshot,
      confirm: values.confirm,
      dump: values.dump,
      bundle: values.bundle,
      plan: values.plan ?? false,
      json: values.json ?? false,
      yes: values.yes ?? false,
      undo: values.undo ?? false,
      forgetKept: values["forget-kept"] ?? false,
      generation: values.generation,
      help,
      words: rest,
    },
  };
}

/** Of a restore `--forget` is a word of its own, without a value. */
function withOwnForget(words: readonly string[]): string[] {
  const restores = words.find((word) => !word.startsWith("-")) === "restore";
  return words.map((word) => (restores && word === "--forget" ? "--forget-kept" : word));
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { ...optionTable, help: { type: "boolean" } },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/\. To specify.*$/s, "")}; see --help`);
  }
}

function checkCommand(command: string | undefined): asserts command is CommandName {
  if (command === undefined || !Object.hasOwn(commands, command))
    throw new UsageError(
      `${command === undefined ? "no command" : `"${command}" is no command`}; there are ${Object.keys(commands).join(", ")}`,
    );
}

/** An option that a command does not know would be silently ignored. */
function checkOptions(command: CommandName, given: readonly string[]): void {
  const { takes }: CommandLine = commands[command];
  const foreign = given.find((name) => !takes.some((taken) => taken === name));
  if (foreign !== undefined)
    throw new UsageError(`--${foreign} is no option of ${command}, which takes ${flags(takes)}; see --help`);
}

function checkStack(stack: string): void {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stack))
    throw new UsageError(
      `--stack ${stack}: must start with a letter and hold at most 20 lower-case letters, digits and hyphens`,
    );
  const platform = stack.replace(/-vault$/, "");
  if (platform !== stack)
    throw new UsageError(
      `--stack ${stack}: is the vault of stack ${platform}, and each command finds it by that one; say --stack ${platform}, and --vault as well for "npm run down" to remove the vault`,
    );
}

function pairs(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      if (at < 1)
        throw new UsageError(`--config ${entry}: must be KEY=VALUE, as in --config siteName=site-b`);
      return [entry.slice(0, at).replace(/^lstm-pfd:/, ""), entry.slice(at + 1)];
    }),
  );
}
