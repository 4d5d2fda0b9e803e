/**
 * A line of pgBackRest's log for ours: without its time and process, and undefined for what says nothing (the long list of
 * options at the start of each command, details).
 */
export function pgBackRestLine(line: string): string | undefined {
  const [, level, message] = /P\d\d\s+(INFO|WARN|ERROR): (.*)$/.exec(line) ?? [];
  if (level === undefined || message === undefined || / command begin /.test(message)) return undefined;
  return `pgbackrest: ${level === "INFO" ? "" : `${level}: `}${message}`;
}
