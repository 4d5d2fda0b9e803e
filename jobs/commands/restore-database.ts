import { readFileSync } from "node:fs";
import { runCommand } from "../command";
import { bringBack } from "../database/bringBack";
import { observeDataDirectory } from "../database/dataDirectory";
import { keepDatabase } from "../database/keepDatabase";
import { requireKnownSettings } from "../database/knownSettings";
import { PgBackRest } from "../database/pgbackrest";
import { refuseDuringReplacement } from "../database/replacement";
import { requestedTarget } from "../database/requestedTarget";
import { openForRestore, restoreSettings, restoreVariables, siteId } from "../database/restoreEnvironment";
import { lockVolume, volumeOf } from "../database/volume";
import { flag, integer, readEnvironment, secret, text } from "../environment";
import { jobNames } from "../../plan/names";

runCommand(jobNames.restoreDatabase, 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...restoreVariables,
    user: text("DB_USER"),
    password: secret("DB_PASSWORD"),
    siteId: siteId(),
    siteName: text("SITE_NAME"),
    permitInitialise: flag("PERMIT_INITIALISE"),
    ignoreDumps: flag("IGNORE_DUMPS"),
    takeOver: integer("TAKE_OVER", 1, 0),
    adoptTimeline: integer("ADOPT_TIMELINE", 1, 0),
  });
  const volume = volumeOf(environment.pgdata);
  refuseDuringReplacement(volume);
  await requireKnownSettings(
    new PgBackRest(volume.pgdata, undefined),
    readFileSync(environment.configuration, "utf8"),
  );
  const settings = restoreSettings(environment);
  let dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  // Valid data may be in use, which is no reason to fail. Anything else is looked at again, alone.
  if (dataDirectory.state !== "valid") {
    lockVolume(volume);
    dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  }
  log(`${volume.pgdata} is ${dataDirectory.state}`);
  const place = { volume, ...settings, ...(await openForRestore(environment, log)) };
  if (dataDirectory.state === "valid")
    return keepDatabase(
      { ...place, control: dataDirectory.control, requested: requestedTarget(settings) },
      log,
    );
  return bringBack(
    {
      ...place,
      dataDirectory,
      permitInitialise: environment.permitInitialise,
      ignoreDumps: environment.ignoreDumps,
      takeOver: environment.takeOver === 0 ? undefined : environment.takeOver,
      adoptTimeline: environment.adoptTimeline === 0 ? undefined : environment.adoptTimeline,
    },
    log,
  );
});
