import { runCommand } from "../command";
import { basesToRestore } from "../database/basesToRestore";
import { imageVariables } from "../database/restoreEnvironment";
import { restoreFromBases } from "../database/restoreFromBases";
import { throwAwayPlan, throwAwayVariables, throwAwayVolume } from "../database/throwAway";
import { usableIn } from "../database/usableBase";
import { readEnvironment } from "../environment";
import { chainOf } from "../lineage/chain";
import { requireHead } from "../lineage/requireHead";
import { jobNames } from "../../plan/names";
import { openStorage } from "../openStorage";

runCommand(jobNames.rehearseDatabase, 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, { ...throwAwayVariables, ...imageVariables });
  const { volume, dataDirectory } = await throwAwayVolume(environment.pgdata);
  const storage = await openStorage(environment, log);
  const { lineage, head } = await requireHead(storage, "rehearse");
  const chain = chainOf(lineage, head.number);
  const bases = await basesToRestore({ volume, dataDirectory, storage, chain, wantedLabel: "" }, log);
  log(`rehearsing the recovery of generation ${head.number}, which lives on (site ${head.claim.site.name})`);
  const report = await restoreFromBases(
    {
      ...throwAwayPlan(environment, { volume, storage, lineage, chain, bases }),
      // What is rehearsed is a database that serves.
      requireUsable: usableIn(environment),
      acceptCollations: environment.acceptCollations,
    },
    log,
  );
  return { ...report, action: "rehearsed", headGeneration: head.number };
});
