import { parseArgs } from "node:util";

/** One option of the command line. */
interface Option {
  type: "string" | "boolean";
  multiple?: boolean;
  /** What stands for its value in the usage. */
  value?: string;
  does: string;
}

const optionTable = {
  stack: {
    type: "string",
    value: "NAME",
    does: `the platform's stack, "local" without it; its vault is NAME-vault`,
  },
  config: {
    type: "string",
    multiple: true,
    value: "KEY=VALUE",
    does: "a configuration key of Pulumi.yaml, as often as needed",
  },
  forget: {
    type: "string",
    multiple: true,
    value: "KEY",
    does: "drop a value that an earlier --config gave the stack, as often as needed",
  },
  plugins: {
    type: "string",
    value: "DIR",
    does: "archives of upstream plugins, used instead of the embedded ones",
  },
  images: {
    type: "string",
    value: "DIR",
    does: "run what npm run images has saved there, instead of building images (embedded clusters alone)",
  },
  push: {
    type: "string",
    value: "REGISTRY",
    does: "push the images there, as REGISTRY/lstm-pfd-NAME, and write their digests into the file of --stack",
  },
  save: {
    type: "string",
    value: "DIR",
    does: "write all images into archives, for machines without a registry",
  },
  base: {
    type: "string",
    value: "IMAGE",
    does: "stand on this image of Debian with Node.js, named by digest, instead of one made of Debian's packages",
  },
  postgres: {
    type: "string",
    value: "MAJOR",
    does: `PostgreSQL of this major version from apt.postgresql.org, or "debian" for Debian's`,
  },
  "stand-in": {
    type: "boolean",
    does: "run the stand-in in place of the application that the stack's file names",
  },
  anew: { type: "boolean", does: "use no layer of an earlier build: fetch today's packages" },
  initialise: {
    type: "boolean",
    does: "begin with an empty database where there is no backup (the very first time alone)",
  },
  output: { type: "string", value: "DIR", does: "directory for the files, made where it is not there" },
  database: { type: "string", value: "GB", does: "size of the database; without it that of its volume" },
  change: {
    type: "string",
    value: "GB",
    does: "what changes in the database each day, as WAL; a twentieth of it",
  },
  models: { type: "string", value: "GB", does: "size of all checkpoints together; 2" },
  compressed: {
    type: "string",
    value: "PART",
    does: "what compression leaves of the database, from 0 to 1; 0.5",
  },
  nodes: { type: "string", value: "NUMBER", does: "nodes of the cluster; 3" },
  regions: { type: "string", value: "NUMBER", does: "regions with backups, 1 or 2; 2" },
  fresh: { type: "boolean", does: "refuse a stack that exists already" },
  vault: { type: "boolean", does: "remove the vault too; every backup in it is lost" },
  "cluster-is-gone": {
    type: "boolean",
    does: "forget what was in a cluster that does not answer, and never will",
  },
  keep: { type: "boolean", does: "leave the recovered site running, and say how to reach it" },
  to: {
    type: "string",
    value: "TARGET",
    does: "go back to a time with its zone, lsn:POSITION or restore-point:NAME; without it to the end of the archive",
  },
  set: {
    type: "string",
    value: "LABEL",
    does: "begin with this base backup, and replay all that came after it",
  },
  snapshot: {
    type: "string",
    value: "NAME",
    does: "take this snapshot of the models; without it the newest one",
  },
  plan: { type: "boolean", does: "say what would be done, and do nothing" },
  json: { type: "boolean", does: "print the plan, or the result, for programs" },
  yes: { type: "boolean", does: "do not ask" },
  undo: { type: "boolean", does: "bring back what was replaced last, or what --generation names" },
  "forget-kept": {
    type: "boolean",
    does: "remove for good what is kept for an undo; restore takes --forget for it as well",
  },
  generation: {
    type: "string",
    value: "NUMBER",
    does: "the generation that is meant, of those that are kept",
  },
} as const satisfies Record<string, Option>;

/** Options that say how large something is. */
export const sizeOptions = ["database", "change", "models", "compressed", "nodes", "regions"] as const;

type OptionName = keyof typeof optionTable;

interface CommandLine {
  does: string;
  takes: readonly OptionName[];
}

const onStack = ["stack", "config", "plugins", "images"] as const;

/** The commands, each a file in `commands/`, with the options that mean something to it. */
export const commands = {
  up: {
    does: "bring a stack to what the program says; on a fresh stack, that is the recovery",
    takes: [...onStack, "forget", "initialise", "fresh"],
  },
  down: {
    does: "remove a platform, and on demand its vault",
    takes: [...onStack, "vault", "cluster-is-gone"],
  },
  preview: { does: "show what up would do", takes: [...onStack, "forget", "initialise"] },
  "preview-offline": {
    does: "show stacks at AWS without an account, held to the policy pack; npm run preview:prod does it for prod",
    takes: ["stack", "config"],
  },
  costs: {
    does: "print what stacks at AWS cost a month, from their configuration and sizes that are given",
    takes: ["stack", "config", ...sizeOptions],
  },
  "policy-settings": {
    does: "write the policy pack's settings of a stack and its vault, as their configuration gives them, for plain pulumi",
    takes: ["stack", "config", "output"],
  },
  drill: {
    does: "lose everything, bring it back, and report how long it took and what was lost",
    takes: ["plugins", "images", "keep"],
  },
  backup: { does: "take a backup now: npm run backup -- database|models", takes: onStack },
  restore: {
    does: "take a living platform back: npm run restore -- database|models; what was there is kept for --undo",
    takes: [
      ...onStack,
      ...(["to", "set", "snapshot", "plan", "json", "yes", "undo", "forget-kept", "generation"] as const),
    ],
  },
  rehearse: {
    does: "restore the database of a living platform beside it, look at it, and remove it again",
    takes: onStack,
  },
  kit: {
    does: "write the recovery kit anew: what the vault tells, and the certificates of the platform",
    takes: ["stack", "config", "plugins"],
  },
  images: {
    does: "build the images, then push them to a registry or save them as archives",
    takes: ["push", "save", "stack", "postgres", "base", "stand-in", "anew"],
  },
  toolchain: { does: "prepare the tools and images of the embedded cloud", takes: ["images"] },
  env: { does: "print the environment in which plain pulumi commands work", takes: onStack },
} as const satisfies Record<string, CommandLine>;

/** Name of a command. */
export type CommandName = keyof typeof commands;

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
  /** Where a restore in place goes back to; undefined for the end of the archive. */
  to?: string | undefined;
  /** Label of the base backup that it begins with. */
  set?: string | undefined;
  /** Name of the snapshot of models. */
  snapshot?: string | undefined;
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

/** A command line that cannot be carried out. */
export class UsageError extends Error {}

/** Text of `--help`. */
export const usage = `Usage: npm run <command> -- [options]

${Object.entries<CommandLine>(commands)
  .map(([name, { does, takes }]) => `  ${name.padEnd(16)} ${does}\n${" ".repeat(19)}${flags(takes)}\n`)
  .join("")}
${Object.entries<Option>(optionTable)
  .map(([name, { value, does }]) => `  ${[`--${name}`, value].join(" ").padEnd(19)} ${does}\n`)
  .join("")}`;

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
  }
  if (rest.length > 0 && command !== "backup" && command !== "restore")
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
      fresh: values.fresh ?? false,
      keep: values.keep ?? false,
      vault: values.vault ?? false,
      clusterIsGone: values["cluster-is-gone"] ?? false,
      initialise: values.initialise ?? false,
      to: values.to,
      set: values.set,
      snapshot: values.snapshot,
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

function flags(names: readonly OptionName[]): string {
  return names.length === 0 ? "no options" : names.map((name) => `--${name}`).join(", ");
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
