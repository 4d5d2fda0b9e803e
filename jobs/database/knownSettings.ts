import { Failure } from "../../lib/failure";
import type { PgBackRest } from "./pgbackrest";
import { isAtLeast, type PgBackRestVersion } from "./pgbackrestVersion";

/** The oldest release that knows all settings that every repository has. */
const oldest: PgBackRestVersion = [2, 45];

/** Settings that came later. @see https://pgbackrest.org/release.html#2.58.0 */
const later: { setting: string; line: RegExp; since: PgBackRestVersion }[] = [
  {
    setting: "repo1-s3-key-type=pod-id",
    line: /^\s*repo1-s3-key-type\s*=\s*pod-id\s*$/m,
    since: [2, 58],
  },
];

/**
 * The first setting that a release does not know, and the release that it needs.
 * @param configuration text of pgbackrest.conf
 */
export function unknownSetting(
  configuration: string,
  version: PgBackRestVersion,
): { setting: string; since: string } | undefined {
  const found = later.find(({ line, since }) => line.test(configuration) && !isAtLeast(version, since));
  if (found !== undefined) return { setting: found.setting, since: found.since.join(".") };
  return isAtLeast(version, oldest)
    ? undefined
    : { setting: "the settings of the repository", since: oldest.join(".") };
}

/**
 * Holds the pgBackRest of this image to the settings that it gets, before anything is touched.
 * @param configuration text of pgbackrest.conf
 * @throws Failure that names the setting and the release that it needs
 */
export async function requireKnownSettings(
  pgBackRest: Pick<PgBackRest, "version">,
  configuration: string,
): Promise<void> {
  const version = await pgBackRest.version();
  const unknown = unknownSetting(configuration, version);
  if (unknown !== undefined)
    throw new Failure(
      `the PostgreSQL image has pgBackRest ${version.join(".")}, which does not know ${unknown.setting}: that needs ${unknown.since} or newer; nothing was touched`,
      "set lstm-pfd:imagePostgres to an image with such a pgBackRest, then run this again",
    );
}
