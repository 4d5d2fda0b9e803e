import { findCommand } from "../../lib/installedCommand";
import { run } from "../../lib/process";
import { debian } from "./debian";
import type { Variant } from "./definitions";

/** Major version that is taken from apt.postgresql.org where nobody asks for another. */
const DEFAULT_MAJOR = "17";

const PROBE_MS = 10_000;

/** First pgBackRest that knows Pod Identity (`repo1-s3-key-type=pod-id`); see plan/repository.ts. */
export const podIdentitySince = "2.58";

/** Where PostgreSQL and pgBackRest come from, and why. */
export interface PostgresSource {
  variant: Pick<Variant, "postgresql" | "pgdg">;
  /** What a person must be told; nothing where it is as asked for. */
  note?: string;
}

/**
 * Decides where PostgreSQL and pgBackRest come from.
 * @param asked "debian", or a major version of apt.postgresql.org, which then must be reached @default 17 of apt.postgresql.org
 * where it is reached, otherwise Debian's
 * @param reached whether apt.postgresql.org answers; asked for only when it matters
 * @throws Error where a version of apt.postgresql.org was asked for, and it does not answer
 */
export async function choosePostgres(
  asked: string | undefined,
  reached: () => Promise<boolean>,
): Promise<PostgresSource> {
  const ofDebian = { postgresql: debian.postgresql, pgdg: false };
  if (asked === "debian") return { variant: ofDebian };
  if (asked !== undefined) {
    if (await reached()) return { variant: { postgresql: asked, pgdg: true } };
    throw new Error(
      `PostgreSQL ${asked} comes from apt.postgresql.org, which does not answer here: run this where it does, or take PostgreSQL ${debian.postgresql} by --postgres debian`,
    );
  }
  if (await reached()) return { variant: { postgresql: DEFAULT_MAJOR, pgdg: true } };
  return {
    variant: ofDebian,
    note: `apt.postgresql.org does not answer here: PostgreSQL ${debian.postgresql} and pgBackRest are Debian's (${debian.release}), not PostgreSQL ${DEFAULT_MAJOR}`,
  };
}

/** Whether apt.postgresql.org has packages for this Debian, and not somebody in between answers in its name. */
export async function reachesPgdg(signal: AbortSignal): Promise<boolean> {
  const suite = `${debian.release}-pgdg`;
  const address = `https://apt.postgresql.org/pub/repos/apt/dists/${suite}/InRelease`;
  try {
    return (await textOf(address, signal)).includes(`Codename: ${suite}`);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** Behind a proxy by curl, which goes through it, as apt in the images' builds does. */
async function textOf(address: string, signal: AbortSignal): Promise<string> {
  const proxy = process.env["https_proxy"] ?? process.env["HTTPS_PROXY"] ?? "";
  if (proxy !== "" && findCommand("curl") !== undefined) {
    const options = ["--fail", "--silent", "--location", "--max-time", `${PROBE_MS / 1000}`];
    return (await run("curl", [...options, address], { signal })).stdout;
  }
  const answer = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]) });
  return answer.ok ? answer.text() : "";
}

/** Whether one version, as in "2.58.0", is older than another one. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  for (let at = 0; at < Math.max(a?.length ?? 0, b?.length ?? 0); at++) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
