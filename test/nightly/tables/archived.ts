import type { Kubectl } from "../../../automation/kubectl";
import { waitFor } from "../../../lib/wait";

/** Ends the WAL segment of now, and waits until it is archived. */
export async function archived(site: Kubectl): Promise<void> {
  const segment = await site.value("select pg_walfile_name(pg_switch_wal())");
  await waitFor(
    `${segment} to be archived`,
    "look at the server's log",
    { timeoutMs: 120_000, everyMs: 1000 },
    async () =>
      (await site.value(`select last_archived_wal >= '${segment}' from pg_stat_archiver`)) === "t"
        ? true
        : undefined,
  );
}
