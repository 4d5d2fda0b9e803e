import { runCommand } from "../command";
import { basesToRestore } from "../database/basesToRestore";
import { throwAwayPlan, throwAwayVariables, throwAwayVolume } from "../database/throwAway";
import { integer, keeping, readEnvironment, text } from "../environment";
import { chainOf } from "../lineage/chain";
import { requireHead } from "../lineage/requireHead";
import { beginningOf, momentsOfDatabase } from "../moments/momentsOfDatabase";
import { openStorage } from "../openStorage";
import { parseTableName } from "../tableName";
import { jobNames } from "../../plan/names";
import { momentRule, parseMoment } from "../../plan/restoreTarget";

runCommand(jobNames.moments, 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...throwAwayVariables,
    table: text("TABLE", ""),
    from: keeping("FROM", momentRule, ""),
    to: keeping("TO", momentRule, ""),
    rows: integer("ROWS", 1, 1000),
  });
  const table = environment.table === "" ? undefined : parseTableName(environment.table);
  const { volume, dataDirectory } = await throwAwayVolume(environment.pgdata);
  const storage = await openStorage(environment, log);
  const { lineage, head } = await requireHead(storage, "look for a moment in");
  const chain = chainOf(lineage, head.number);
  const all = await basesToRestore({ volume, dataDirectory, storage, chain, wantedLabel: "" }, log);
  const to = parseMoment(environment.to);
  const end = to ?? storage.storeTime ?? new Date();
  const { from, bases } = beginningOf(parseMoment(environment.from), all, end);
  const wanted =
    to === undefined
      ? undefined
      : { target: { kind: "time" as const, at: to, text: environment.to }, text: environment.to };
  const report = await momentsOfDatabase(
    throwAwayPlan(environment, { volume, storage, lineage, chain, bases, wanted }),
    { from, to, rows: environment.rows, table },
    log,
  );
  const { moments, ...rest } = report;
  // A line each: the last one of a log, which is the result, must not be longer than the runtime keeps lines.
  for (const moment of moments) console.log(`MOMENT ${JSON.stringify(moment)}`);
  return { ...rest, found: moments.length, generation: head.number };
});
