import { run, type CommandResult, type RunOptions } from "./process";

/**
 * Runs a command that takes all it starts with it: its child processes and its mounts end when it ends,
 * when it is aborted, and when this process is killed.
 * @throws CommandError as `run` does
 */
export function runContained(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  // The kernel ends a PID namespace with its first process, and a mount namespace with its last.
  const wrap = [
    "--pdeathsig",
    "KILL",
    "--",
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
  ];
  return run("setpriv", [...wrap, "--", command, ...args], options);
}
