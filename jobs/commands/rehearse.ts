import { runCommand } from "../command";
import { basesToRestore } from "../database/basesToRestore";
import { imageVariables } from "../database/restoreEnvironment";
import { throwAwayPlan, throwAwayVariables, throwAwayVolume } from "../database/throwAway";
import { usableIn } from "../database/usableBase";
import { evidenceVariables, flag, integer, readEnvironment, text } from "../environment";
import { chainOf } from "../lineage/chain";
import { requireHead } from "../lineage/requireHead";
import { checkpointVariables, modelFileIn } from "../models/checkpointVariables";
import { openStorage } from "../openStorage";
import { rehearse } from "../rehearsal/rehearse";
import { withEvidence } from "../rehearsal/withEvidence";
import { jobNames, names } from "../../plan/names";

runCommand(jobNames.rehearse, 12 * 60, async (log, endsAt) => {
  const environment = readEnvironment(process.env, {
    ...throwAwayVariables,
    ...imageVariables,
    ...checkpointVariables,
    ...evidenceVariables,
    site: text("SITE_NAME"),
    maxDataAgeSeconds: integer("MAX_DATA_AGE_SECONDS", 1, 4 * 3600),
    heapAllIndexed: flag("HEAP_ALL_INDEXED"),
    assertions: text("REHEARSAL_ASSERTIONS", ""),
  });
  const { directory, modelPath, evidenceKey, evidenceSecret, ...wanted } = environment;
  const modelFile = modelFileIn(directory, modelPath);
  const { volume, dataDirectory } = await throwAwayVolume(environment.pgdata);
  const storage = await openStorage(environment, log);
  const creator = await openStorage(
    { ...environment, accessKeyId: evidenceKey, secretAccessKey: evidenceSecret },
    log,
  );
  const planCopy = async () => {
    const { lineage, head } = await requireHead(storage, "rehearse");
    const chain = chainOf(lineage, head.number);
    const bases = await basesToRestore({ volume, dataDirectory, storage, chain, wantedLabel: "" }, log);
    const plan = {
      ...throwAwayPlan(environment, { volume, storage, lineage, chain, bases }),
      // What is rehearsed is a database that serves.
      requireUsable: usableIn(environment),
      acceptCollations: environment.acceptCollations,
    };
    return { plan, headGeneration: head.number };
  };
  return withEvidence(
    { store: { creator, reader: storage }, site: environment.site, endsAt },
    (atWork) =>
      rehearse(
        {
          ...{ storage, volume, planCopy, modelFile },
          ...{ cipherPass: wanted.cipherPass, database: wanted.database },
          ...{ maxDataAgeSeconds: wanted.maxDataAgeSeconds, heapAllIndexed: wanted.heapAllIndexed },
          assertions: { directory: names.assertionsDirectory, wanted: wanted.assertions },
        },
        atWork,
        log,
      ),
    log,
  );
});
