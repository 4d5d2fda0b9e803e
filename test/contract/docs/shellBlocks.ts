import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "../../../lib/installedCommand";
import { run } from "../../../lib/process";
import { withTemporaryDirectory } from "../../../lib/temporaryDirectory";

/** A command as the shell would run it: its program and arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Programs that a guide may name. They are not run: what stands in for them notes how it was called. */
const programs = ["aws", "buildah", "cp", "git", "kubectl", "npm", "npx", "pulumi", "sed"];

/**
 * All commands of a guide's shell blocks, by bash itself: in their order, with the variables that earlier ones set. A program that
 * is not known is an error.
 * @param markdown text of the guide
 * @throws CommandError with what bash says
 */
export async function commandsOf(markdown: string): Promise<Command[]> {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  return withTemporaryDirectory("lpfd-docs", async (directory) => {
    const bin = join(directory, "bin");
    const calls = join(directory, "calls");
    const work = join(directory, "work");
    for (const each of [bin, calls, work]) mkdirSync(each);
    const recorder = join(directory, "recorder");
    writeFileSync(recorder, recorderScript(calls));
    chmodSync(recorder, 0o755);
    for (const program of programs) symlinkSync(recorder, join(bin, program));
    const bash = findCommand("bash") ?? "bash";
    const script = join(directory, "script");
    writeFileSync(script, blocks.join("\n"));
    await run(bash, ["-eu", "-o", "pipefail", script], {
      cwd: work,
      env: { PATH: bin },
      timeoutMs: 60_000,
    });
    return readdirSync(calls)
      .sort((a, b) => Number(a) - Number(b))
      .map(
        (name) => readFileSync(join(calls, name), "utf8").split("\0").slice(0, -1) as [string, ...string[]],
      );
  });
}

/** Writes its name and arguments into a file, and prints a word in place of what the program would print. */
function recorderScript(calls: string): string {
  return [
    `#!${findCommand("bash") ?? "/bin/bash"}`,
    `shopt -s nullglob`,
    `seen=("${calls}"/*)`,
    // Both ends of a pipe start at the same time: who comes second takes the next number.
    `number=\${#seen[@]}`,
    `set -o noclobber`,
    `until { : > "${calls}/$number"; } 2>/dev/null; do number=$((number + 1)); done`,
    `printf '%s\\0' "\${0##*/}" "$@" >| "${calls}/$number"`,
    // Who writes into a pipe that nobody reads ends by a signal.
    `[ ! -p /dev/stdin ] || while read -r _; do :; done`,
    `echo something`,
    "",
  ].join("\n");
}
