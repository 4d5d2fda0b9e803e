import { parseArgs } from "node:util";

/** The commands, each a file in `commands/`. */
export const commands = {
  up: "bring a stack to what the program says; on a fresh stack, that is the recovery",
  down: "remove a platform, and on demand its vault",
  preview: "show what up would do",
  "preview-offline":
    "show stacks at AWS without an account, held to the policy pack; npm run preview:prod does it for prod",
  drill: "lose everything, bring it back, and report how long it took and what was lost",
  backup: "take a backup now: npm run backup -- database|models",
  kit: "write the recovery kit anew: what the vault tells, and the certificates of the platform",
  toolchain: "prepare the tools and images of the embedded cloud",
  env: "print the environment in which plain pulumi commands work",
} as const;

/** Name of a command. */
export type CommandName = keyof typeof commands;

/** What was asked for. */
export interface Options {
  /** Name of the platform's stack. Its vault is `<stack>-vault`. @default "local" */
  stack: string;
  /** Configuration keys without namespace, from `--config key=value`. */
  config: Record<string, string>;
  /** Directory with archives of upstream plugins. */
  plugins?: string | undefined;
  /** up: refuse when the stack exists already. drill, down: see usage. */
  fresh: boolean;
  /** drill: leave the recovered site running. */
  keep: boolean;
  /** down: remove the vault as well, and with it all backups. */
  vault: boolean;
  /** up: permit to begin with an empty database. */
  initialise: boolean;
  help: boolean;
  /** Words after the command. */
  words: string[];
}

/** A command line that means nothing. */
export class UsageError extends Error {}

/** Text of `--help`. */
export const usage = `Usage: npm run <command> -- [options]

${Object.entries(commands)
  .map(([name, text]) => `  ${name.padEnd(16)} ${text}`)
  .join("\n")}

  --stack NAME        the platform's stack, "local" without it; its vault is NAME-vault
  --config KEY=VALUE  a configuration key of Pulumi.yaml, as often as needed
  --plugins DIR       archives of upstream plugins, used instead of the embedded ones
  --initialise        up: begin with an empty database where there is no backup (the very first time alone)
  --fresh             up: refuse a stack that exists already
  --vault             down: remove the vault too; every backup in it is lost
  --keep              drill: leave the recovered site running, and say how to reach it
`;

/**
 * Reads a command line.
 * @throws UsageError that names the word at fault
 */
export function parseCommandLine(words: readonly string[]): { command: CommandName; options: Options } {
  const { values, positionals } = parse(words);
  const [command, ...rest] = positionals;
  const help = values.help ?? false;
  if (!help && (command === undefined || !Object.hasOwn(commands, command)))
    throw new UsageError(
      `${command === undefined ? "no command" : `"${command}" is no command`}; there are ${Object.keys(commands).join(", ")}`,
    );
  if (rest.length > 0 && command !== "backup")
    throw new UsageError(`"${rest[0] ?? ""}" means nothing to ${command ?? ""}; see --help`);
  const stack = values.stack ?? "local";
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stack))
    throw new UsageError(
      `--stack ${stack}: must start with a letter and hold at most 20 lower-case letters, digits and hyphens`,
    );
  return {
    command: command as CommandName,
    options: {
      stack,
      config: pairs(values.config ?? []),
      plugins: values.plugins,
      fresh: values.fresh ?? false,
      keep: values.keep ?? false,
      vault: values.vault ?? false,
      initialise: values.initialise ?? false,
      help,
      words: rest,
    },
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        stack: { type: "string" },
        config: { type: "string", multiple: true },
        plugins: { type: "string" },
        fresh: { type: "boolean" },
        keep: { type: "boolean" },
        vault: { type: "boolean" },
        initialise: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/\. To specify.*$/s, "")}; see --help`);
  }
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
