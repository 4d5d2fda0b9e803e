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
 */
export async function choosePostgres(
  asked: string | undefined,
  reached: () => Promise<boolean>,
): Promise<PostgresSource> {
  const ofDebian = { postgresql: debian.postgresql, pgdg: false };
  if (asked === "debian") return { variant: ofDebian };
  if (asked !== undefined) return { variant: { postgresql: asked, pgdg: true } };
  if (await reached()) return { variant: { postgresql: DEFAULT_MAJOR, pgdg: true } };
  return {
    variant: ofDebian,
    note: `apt.postgresql.org does not answer here: PostgreSQL ${debian.postgresql} and pgBackRest are Debian's (${debian.release}), not PostgreSQL ${DEFAULT_MAJOR}; --postgres ${DEFAULT_MAJOR} insists on it`,
  };
}

/** Whether apt.postgresql.org has packages for this Debian, and not somebody in between answers in its name. */
export async function reachesPgdg(signal: AbortSignal): Promise<boolean> {
  const suite = `${debian.release}-pgdg`;
  try {
    const answer = await fetch(`https://apt.postgresql.org/pub/repos/apt/dists/${suite}/InRelease`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]),
    });
    return answer.ok && (await answer.text()).includes(`Codename: ${suite}`);
  } catch {
    signal.throwIfAborted();
    return false;
  }
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
