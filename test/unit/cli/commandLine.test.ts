import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseCommandLine, UsageError } from "../../../cli/commandLine";
import { commands, sizeOptions, usage } from "../../../cli/commandTable";

describe("command line", () => {
  it("has its defaults", () => {
    const { command, options } = parseCommandLine(["up"]);
    assert.equal(command, "up");
    assert.deepEqual(options, {
      stack: "local",
      config: {},
      forget: [],
      plugins: undefined,
      images: undefined,
      push: undefined,
      save: undefined,
      base: undefined,
      postgres: undefined,
      standIn: false,
      anew: false,
      output: undefined,
      sizes: Object.fromEntries(sizeOptions.map((name) => [name, undefined])),
      fromVault: undefined,
      authority: undefined,
      kitVersion: undefined,
      fresh: false,
      keep: false,
      vault: false,
      clusterIsGone: false,
      initialise: false,
      to: undefined,
      from: undefined,
      table: undefined,
      rows: undefined,
      set: undefined,
      snapshot: undefined,
      confirm: undefined,
      dump: undefined,
      bundle: undefined,
      plan: false,
      json: false,
      yes: false,
      undo: false,
      forgetKept: false,
      generation: undefined,
      help: false,
      words: [],
    });
  });

  it("takes configuration with and without its namespace, and values with =", () => {
    const { options } = parseCommandLine([
      "preview",
      "--config",
      "siteName=site-b",
      "--config",
      "lstm-pfd:s3Region=a=b",
    ]);
    assert.deepEqual(options.config, { siteName: "site-b", s3Region: "a=b" });
  });

  for (const [words, message] of [
    [[], /^no command; there are up, down/],
    [["upp"], /^"upp" is no command/],
    [["up", "now"], /^"now" is no argument of up/],
    [["up", "--stak", "x"], /^Unknown option '--stak'; see --help$/],
    [["up", "--stack", "My Stack"], /^--stack My Stack: must start with a letter/],
    [["up", "--config", "siteName"], /^--config siteName: must be KEY=VALUE/],
    [["toString"], /is no command/],
    [["up", "--authority", "ca.pem"], /^--authority says something of --from-vault, which is missing/],
    [["kit", "--kit-version", "v1"], /^--kit-version says something of --from-vault, which is missing/],
    [
      ["down", "--stack", "local-vault"],
      /^--stack local-vault: is the vault of stack local, .*; say --stack local, and --vault as well for "npm run down" to remove the vault$/,
    ],
  ] as const)
    it(`refuses ${words.join(" ") || "nothing"}`, () => {
      assert.throws(
        () => parseCommandLine(words),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });

  const everyOption: Record<string, string[]> = {
    stack: ["--stack", "prod"],
    config: ["--config", "walRetentionDays=9"],
    plugins: ["--plugins", "plugins"],
    images: ["--images", "images"],
    push: ["--push", "registry.example.com"],
    save: ["--save", "images"],
    postgres: ["--postgres", "17"],
    base: ["--base", "image"],
    "stand-in": ["--stand-in"],
    anew: ["--anew"],
    forget: ["--forget", "siteName"],
    initialise: ["--initialise"],
    output: ["--output", "directory"],
    ...Object.fromEntries(sizeOptions.map((name) => [name, [`--${name}`, "1"]])),
    fresh: ["--fresh"],
    "from-vault": ["--from-vault", "s3://backups"],
    authority: ["--authority", "ca.pem", "--from-vault", "s3://backups"],
    "kit-version": ["--kit-version", "v1", "--from-vault", "s3://backups"],
    vault: ["--vault"],
    "cluster-is-gone": ["--cluster-is-gone"],
    keep: ["--keep"],
    to: ["--to", "2026-01-31T02:14:59Z"],
    from: ["--from", "2026-01-31T02:14:59Z"],
    table: ["--table", "orders"],
    rows: ["--rows", "50"],
    set: ["--set", "20260131-020000F"],
    snapshot: ["--snapshot", "models-20260131-030000"],
    dump: ["--dump", "backup-2026-01-31"],
    bundle: ["--bundle", "help.tar.gz"],
    plan: ["--plan"],
    json: ["--json"],
    yes: ["--yes"],
    undo: ["--undo"],
    "forget-kept": ["--forget-kept"],
    generation: ["--generation", "3"],
    confirm: ["--confirm", "models-20260131-030000"],
  };
  const ofVault = ["from-vault", "authority", "kit-version"];
  const taken: Record<keyof typeof commands, string[]> = {
    up: ["stack", "config", "plugins", "images", "forget", "initialise", "fresh", ...ofVault],
    down: ["stack", "config", "plugins", "images", "vault", "cluster-is-gone"],
    preview: ["stack", "config", "plugins", "images", "forget", "initialise"],
    "preview-offline": ["stack", "config"],
    drill: ["plugins", "images", "keep"],
    backup: ["stack", "config", "plugins", "images", "confirm"],
    costs: ["stack", "config", ...sizeOptions],
    "policy-settings": ["stack", "config", "output"],
    doctor: ["stack", "config", "plugins", "images", "json", "bundle"],
    dumps: ["stack", "config", "plugins", "images", "json"],
    moments: ["stack", "config", "plugins", "images", "table", "from", "to", "rows", "json"],
    rescue: ["stack", "config", "plugins", "images", "to", "json"],
    rehearse: ["stack", "config", "plugins", "images"],
    restore: [
      ...["stack", "config", "plugins", "images", "to", "set", "snapshot", "dump"],
      ...["plan", "json", "yes", "undo"],
      ...["forget-kept", "generation"],
    ],
    kit: ["stack", "config", "plugins", ...ofVault],
    images: ["push", "save", "stack", "postgres", "base", "stand-in", "anew"],
    toolchain: ["images"],
    env: ["stack", "config", "plugins", "images"],
  };
  for (const [command, names] of Object.entries(taken))
    it(`takes the options of ${command}, and refuses the others`, () => {
      const flags = names.map((name) => `--${name}`).join(", ") || "no options";
      for (const [name, words] of Object.entries(everyOption)) {
        // Of a restore it is a word without a value, and stands for another option.
        if (command === "restore" && name === "forget") continue;
        const parsing = (): unknown => parseCommandLine([command, ...words]);
        if (names.includes(name)) assert.doesNotThrow(parsing);
        else
          assert.throws(parsing, {
            constructor: UsageError,
            message: `--${name} is no option of ${command}, which takes ${flags}; see --help`,
          });
      }
      assert.ok(parseCommandLine([command, ...(everyOption["keep"] ?? []), "--help"]).options.help);
    });

  it("takes a stack whose name only holds the word", () => {
    for (const stack of ["vault", "vaults", "a-vault-b"])
      assert.equal(parseCommandLine(["up", "--stack", stack]).options.stack, stack);
  });

  it("describes every command, and each has its file", () => {
    for (const command of Object.keys(commands)) {
      assert.match(usage, new RegExp(`^  ${command} `, "m"));
      assert.ok(existsSync(join(__dirname, "../../../cli/commands", `${command}.ts`)), command);
    }
  });
});
