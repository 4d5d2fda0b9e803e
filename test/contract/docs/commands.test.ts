import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureTools } from "@lstm-pfd/local-cloud/toolchain";
import { parseCommandLine } from "../../../cli/commandLine";
import { projectRoot } from "../../../lib/paths";
import { CommandError, run } from "../../../lib/process";
import { terminalProgress } from "../../../lib/terminalProgress";
import { pythonTool } from "../../support/pythonTool";
import { type Command, commandsOf } from "./shellBlocks";

const guides = ["docs/aws.md", "docs/aws-from-nothing.md"];

/** What the tools that are named have against commands, each with the command. */
async function complaints(commands: readonly Command[]): Promise<string[]> {
  const found: string[] = [];
  const note = (command: Command, complaint: string): void => {
    if (complaint !== "") found.push(`${command.join(" ")}\n  ${complaint}`);
  };
  const aws = commands.filter(([program]) => program === "aws");
  (await awsComplaints(aws)).forEach((complaint, index) => {
    note(aws[index] ?? ["aws"], complaint);
  });
  const tools = await ensureTools(["pulumi", "kubectl"], terminalProgress(), new AbortController().signal);
  for (const command of commands) {
    const [program, ...args] = command;
    if (program === "pulumi" || program === "kubectl")
      note(command, await cobraComplaint(tools[program] ?? program, args));
    if (program === "npm") note(command, npmComplaint(args));
  }
  return found;
}

async function awsComplaints(commands: readonly Command[]): Promise<string[]> {
  const { python } = await pythonTool("awscli");
  // A file that one command writes is there for the next one; nothing is run here, so that another stands for it.
  const written = commands.flatMap((command) => (command[2] === "get-object" ? (command.at(-1) ?? []) : []));
  const withFiles = (word: string): string => (written.includes(word) ? "package.json" : word);
  const { stdout } = await run(python, [join(__dirname, "awsCommands.py")], {
    input: JSON.stringify(commands.map(([, ...args]) => args.map(withFiles))),
    cwd: projectRoot,
    env: {
      PATH: process.env["PATH"],
      AWS_DEFAULT_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
    },
    timeoutMs: 120_000,
  });
  return JSON.parse(stdout) as string[];
}

/** Asked for help, a program reads its flags first; a subcommand that it does not know gets its parent's help. */
async function cobraComplaint(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(program, [...args, "--help"], { timeoutMs: 60_000 });
    return /^ {2}\S+ (\S+ )*\[command\]|^Usage:\n {2}kubectl \[/m.test(stdout)
      ? "there is no such subcommand"
      : "";
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}

/** `npm run` of a command of ours. */
function npmComplaint([verb, name = "", separator, ...options]: readonly string[]): string {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const script = scripts[name];
  if (verb !== "run" || script === undefined) return `there is no script "${name}"`;
  const [, command] = /^tsx cli\/main\.ts (\S+)/.exec(script) ?? [];
  if (command === undefined) return separator === undefined ? "" : `what "${name}" takes is not known here`;
  try {
    parseCommandLine([command, ...options]);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the commands of the guides for AWS", () => {
  for (const guide of guides)
    it(`in ${guide} are what the tools that they name accept`, async () => {
      const commands = await commandsOf(readFileSync(join(projectRoot, guide), "utf8"));
      assert.ok(commands.length > 10, `only ${commands.length} commands were found`);
      assert.deepEqual(await complaints(commands), []);
    });

  for (const [line, complaint] of [
    ["aws s3api put-bucket-versionin --bucket b", /invalid choice/i],
    ["aws s3api put-bucket-versioning --bucket b --versioning-configuration Statuss=Enabled", /Statuss/],
    ["aws iam create-role --role-name x", /assume-role-policy-document/],
    [
      "aws iam create-role --role-name x --assume-role-policy-document file://docs/aws/nothing.json",
      /nothing\.json/,
    ],
    ["pulumi stack inti prod", /no such subcommand/],
    ["pulumi up --stak prod", /unknown flag/],
    ["pulumi stack init prod --secret-provider x", /unknown flag/],
    ["kubectl gett pods", /no such subcommand|unknown/],
    ["kubectl delete pvc x --wat=false", /unknown flag/],
    ["npm run kitt -- --stack prod", /no script/],
    ["npm run kit -- --stak prod", /stak/],
  ] as const)
    it(`would be refused: ${line}`, async () => {
      const [found = ""] = await complaints(await commandsOf(`\`\`\`sh\n${line}\n\`\`\`\n`));
      assert.match(found, complaint);
    });

  it("are all seen, also those that a pipe starts at the same time", async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `aws left-${index} | buildah right-${index}`);
    const words = (await commandsOf(["```sh", ...lines, "```", ""].join("\n"))).flatMap(([, word]) => word);
    const expected = lines.flatMap((_, index) => [`left-${index}`, `right-${index}`]);
    assert.deepEqual(words.sort(), expected.sort());
  });

  it("that name a program which nobody knows are an error", async () => {
    await assert.rejects(commandsOf("```sh\nterraform apply\n```\n"), /terraform/);
  });
});
