import { runCommand } from "../command";
import { flag, integer, matching, readEnvironment, secret, text } from "../environment";
import { jobNames, names } from "../../plan/names";
import { emptyBeginning } from "../verification/emptyBeginning";
import { targetOf } from "../verification/target";
import { verifySystem } from "../verification/verify";

runCommand(jobNames.verify, 30, async (log) => {
  const environment = readEnvironment(process.env, {
    applicationUrl: matching(
      "APPLICATION_URL",
      /^https?:\/\/[^/\s]+$/,
      "must be a URL without a path, as in http://lstm-pfd-dashboard:8050",
      "http://lstm-pfd-dashboard:8050",
    ),
    connectTo: text("APPLICATION_CONNECT_TO", ""),
    authorityFile: text("APPLICATION_CA_FILE", ""),
    host: text("DB_HOST", names.databaseStatefulSet),
    port: integer("DB_PORT", 1, 5432),
    database: text("POSTGRES_DB"),
    user: text("DB_USER"),
    password: secret("DB_PASSWORD"),
    nonce: text("EXPECT_NONCE", ""),
    permitInitialise: flag("PERMIT_INITIALISE"),
    archiveTimeout: integer("ARCHIVE_TIMEOUT_SECONDS", 1, 50),
    components: text("EXPECT_COMPONENTS", "postgresql,redis,dashboard"),
    timeoutSeconds: integer("VERIFY_TIMEOUT_SECONDS", 1, 300),
  });
  const { host, port, user, password, database } = environment;
  const timeoutMs = environment.timeoutSeconds * 1000;
  const empty = environment.permitInitialise ? await emptyBeginning({ timeoutMs }, log) : undefined;
  if (empty !== undefined) return empty;
  return verifySystem(
    {
      application: targetOf(environment.applicationUrl, environment.connectTo, environment.authorityFile),
      database: { host, port, user, password, database },
      nonce: environment.nonce,
      maxHeartbeatAgeSeconds: 2 * environment.archiveTimeout,
      components: environment.components.split(",").filter(Boolean),
      timeoutMs,
    },
    log,
  );
});
