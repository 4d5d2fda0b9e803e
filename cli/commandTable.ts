/** One option of the command line. */
interface Option {
  type: "string" | "boolean";
  multiple?: boolean;
  /** What stands for its value in the usage. */
  value?: string;
  does: string;
}

/** Every option, as it stands in the usage. */
export const optionTable = {
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
  "from-vault": {
    type: "string",
    value: "ADDRESS",
    does: "take the recovery kit from its vault, https://host:port/bucket or s3://bucket, by the credentials of the environment",
  },
  authority: {
    type: "string",
    value: "FILE",
    does: "PEM of the private authority of the object store that --from-vault names",
  },
  "kit-version": {
    type: "string",
    value: "ID",
    does: "take this former version of the kit that --from-vault names",
  },
  vault: { type: "boolean", does: "remove the vault too; every backup in it is lost" },
  "cluster-is-gone": {
    type: "boolean",
    does: "forget what was in a cluster that does not answer, and never will",
  },
  keep: { type: "boolean", does: "leave the recovered site running, and say how to reach it" },
  to: {
    type: "string",
    value: "TARGET",
    does: "go back to a time with its zone, lsn:POSITION or restore-point:NAME; without it to the end of the archive. Of moments: look up to this time",
  },
  from: {
    type: "string",
    value: "TIME",
    does: "look from this time on, with its zone; without it for a day",
  },
  table: { type: "string", value: "NAME", does: "look for this table alone, as SQL writes its name" },
  rows: {
    type: "string",
    value: "NUMBER",
    does: "rows that a transaction deletes or updates in a table to count; 1000",
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
  confirm: {
    type: "string",
    value: "NAME",
    does: "let this snapshot of the models count, which was published as unconfirmed",
  },
  dump: {
    type: "string",
    value: "NAME",
    does: "load this dump beside the database and put it into place; with --undo or --forget what it has replaced is meant",
  },
  bundle: {
    type: "string",
    value: "FILE",
    does: "write logs, events, states and settings without secrets into this .tar.gz, for whoever helps",
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

/** Name of an option. */
export type OptionName = keyof typeof optionTable;

/** One command of the command line. */
export interface CommandLine {
  does: string;
  takes: readonly OptionName[];
}

const onStack = ["stack", "config", "plugins", "images"] as const;
const ofVault = ["from-vault", "authority", "kit-version"] as const;

/** The commands, each a file in `commands/`, with the options that mean something to it. */
export const commands = {
  up: {
    does: "bring a stack to what the program says; on a fresh stack, that is the recovery",
    takes: [...onStack, "forget", "initialise", "fresh", ...ofVault],
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
  backup: {
    does: "take a backup now, or confirm one of models: npm run backup -- database|models|dump",
    takes: [...onStack, "confirm"],
  },
  restore: {
    does: "take a living platform back: npm run restore -- database|models; what was there is kept for --undo",
    takes: [
      ...onStack,
      ...([
        "to",
        "set",
        "snapshot",
        "dump",
        "plan",
        "json",
        "yes",
        "undo",
        "forget-kept",
        "generation",
      ] as const),
    ],
  },
  doctor: {
    does: "find what is wrong and say what to do, causes before symptoms; only looks. Exit code 0 nothing found, 1 something found, 3 not everything could be asked, and nothing else found",
    takes: [...onStack, "json", "bundle"],
  },
  dumps: { does: "list the portable dumps of a living platform", takes: [...onStack, "json"] },
  moments: {
    does: "say when tables were dropped, emptied or changed, and what to go back to: reads the archive",
    takes: [...onStack, "table", "from", "to", "rows", "json"],
  },
  rescue: {
    does: "bring one table back as it was, beside the living one: npm run rescue -- TABLE --to TIME",
    takes: [...onStack, "to", "json"],
  },
  rehearse: {
    does: "restore the database of a living platform beside it, look at it, and remove it again",
    takes: onStack,
  },
  kit: {
    does: "write the recovery kit anew, into the vault too: what the vault tells, settings and certificates of the platform; or fetch it",
    takes: ["stack", "config", "plugins", ...ofVault],
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

/** Text of `--help`. */
export const usage = `Usage: npm run <command> -- [options]

${Object.entries<CommandLine>(commands)
  .map(([name, { does, takes }]) => `  ${name.padEnd(16)} ${does}\n${" ".repeat(19)}${flags(takes)}\n`)
  .join("")}
${Object.entries<Option>(optionTable)
  .map(([name, { value, does }]) => `  ${[`--${name}`, value].join(" ").padEnd(19)} ${does}\n`)
  .join("")}`;

/** Options as a person gives them. */
export function flags(names: readonly OptionName[]): string {
  return names.length === 0 ? "no options" : names.map((name) => `--${name}`).join(", ");
}
