import type { Disk, LookedUp, StateLock } from "./facts";
import { type Context, type Finding, npmRun, oneLine, spanText } from "./finding";

const GIB = 1024 ** 3;

/** The AWS SDK takes no older Node.js than 22 from then on. */
const SDK_DROPS_20 = new Date("2027-01-01T00:00:00Z");

/** What is wrong with the Node.js that runs. @param version as `process.version` has it */
export function judgeNodeVersion(version: string, now: Date): Finding[] {
  const [, major = "0", minor = "0"] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const works = Number(major) > 20 || (Number(major) === 20 && Number(minor) >= 19);
  if (works && (Number(major) >= 22 || now < SDK_DROPS_20)) return [];
  return [
    {
      severity: works ? "look" : "at risk",
      what: works ? "Node.js is an old one" : "Node.js is too old for this project",
      evidence: `Node.js ${version}`,
      todo: "use Node.js 22 (.nvmrc); the AWS SDK has dropped Node.js 20 in January 2027",
      about: ["node.js"],
    },
  ];
}

/** What is wrong with the disks of this machine. */
export function judgeDisks(disks: readonly Disk[]): Finding[] {
  return disks.flatMap(({ path, holds, totalBytes, freeBytes }) => {
    const part = totalBytes === 0 ? 1 : freeBytes / totalBytes;
    const full = freeBytes < 0.5 * GIB || part < 0.01;
    if (!full && (freeBytes > 10 * GIB || (part > 0.1 && freeBytes > 2 * GIB))) return [];
    return [
      {
        severity: full ? ("at risk" as const) : ("look" as const),
        what: `the disk of this machine is ${full ? "full" : "nearly full"}: ${holds}`,
        evidence: `${path}: ${gib(freeBytes)} of ${gib(totalBytes)} are free`,
        todo: "make room, or move it: LSTM_PFD_STATE names the directory",
        command: `df -h ${path}`,
        about: ["disk", `disk/${path}`],
      },
    ];
  });
}

/** Names that are not found. */
export function judgeNames(names: readonly LookedUp[]): Finding[] {
  return names.flatMap(({ name, of, failed }) =>
    failed === undefined
      ? []
      : [
          {
            severity: "down" as const,
            what: `the name of the ${of} is not found`,
            evidence: `${name}: ${failed}`,
            todo:
              of === "application"
                ? "let the DNS of the domain lead to the site; the end of `up` says to what"
                : "look at this machine's name server, and at the key s3Endpoint",
            command: `getent hosts ${name}`,
            about: [of === "application" ? "dns/application" : "dns/store"],
          },
        ],
  );
}

/** Locks of the state that stop the next `up`. */
export function judgeLocks(locks: readonly StateLock[], context: Context): Finding[] {
  return locks.map(({ stack, pid, username, hostname, since, life }) => {
    const evidence = `process ${pid} of ${username} on ${hostname}, since ${since} (${spanText(context.now.getTime() - Date.parse(since))})`;
    const about = ["lock", `lock/${stack}`];
    if (life === "alive")
      return {
        severity: "look",
        what: `an operation on stack ${stack} is under way`,
        evidence,
        todo: "wait until it has ended; what it works on may look wrong meanwhile",
        command: `ps -o pid,lstart,args -p ${pid}`,
        about,
      };
    if (life === "dead")
      return {
        severity: "at risk",
        what: `stack ${stack} is locked by a process that is dead`,
        evidence,
        todo: "run it again: it takes the lock away and goes on",
        command: npmRun(context, "up"),
        about,
      };
    return {
      severity: "at risk",
      what: `stack ${stack} is locked by a process of which nothing is known`,
      evidence,
      todo: "ask there whether it still runs; only if it has certainly ended, cancel its lock in the environment of npm run env",
      command: `pulumi cancel --yes ${stack}`,
      about,
    };
  });
}

function gib(bytes: number): string {
  return oneLine(`${(bytes / GIB).toFixed(1)} GiB`);
}
