import { nonceVariable } from "../environment";
import { connectWriter, writeRows } from "../writeRows";
import { runCommand } from "../../../jobs/command";
import { integer, readEnvironment, secret } from "../../../jobs/environment";

runCommand("drill-writer", 12 * 60, async (log) => {
  const { databaseUrl, nonce, everyMs } = readEnvironment(process.env, {
    databaseUrl: secret("DATABASE_URL"),
    nonce: nonceVariable,
    everyMs: integer("WRITE_EVERY_MS", 1, 100),
  });
  await writeRows({
    connect: () => connectWriter(databaseUrl, nonce),
    everyMs,
    print: (line) => process.stdout.write(`${line}\n`),
    log,
  });
  return {};
});
