import { quoted } from "../../lib/shell";

/** A program that a sandbox keeps running: when it ends, it starts again. */
export interface Service {
  /** Absolute path. */
  command: string;
  /** Everybody on the host can read them: no secrets. */
  args: readonly string[];
  /** Beside PATH. @default none */
  env?: Readonly<Record<string, string>>;
  /** Runs in the host's network, with the sandbox's processes and mounts. @default false */
  hostNetwork?: boolean;
}

/** The shell script that becomes a service. */
export function serviceScript({ command, args, env = {}, hostNetwork = false }: Service): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const words = [command, ...args].map(quoted).join(" ");
  // File descriptor 3 is the host's network namespace.
  const start = hostNetwork ? `exec nsenter --net=/proc/self/fd/3 -- ${words}` : `exec 3<&-\nexec ${words}`;
  return [...exports, start, ""].join("\n");
}
