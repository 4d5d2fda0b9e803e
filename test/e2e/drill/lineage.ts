import assert from "node:assert/strict";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { sandboxProcesses } from "@lstm-pfd/local-cloud/sandbox";
import type { Kubectl } from "../../../automation/kubectl";
import { openLayer, upPlatform } from "../../../automation/layers";
import { OperationError } from "../../../automation/operation";
import { siteLayer } from "../../../drill/drillConfig";
import { kubectlOf } from "../../../drill/siteA";
import type { DrillSite } from "../../../drill/setup";
import { waitFor } from "../../../lib/wait";
import { names, runNames } from "../../../plan/names";
import type { DrillVault } from "./drillVault";

const MINUTE = 60_000;
const quiet = (): undefined => undefined;
const rows = 2000;

/**
 * Site B lives, and another site is brought up from the same kit: first by mistake, then on purpose while B does not answer. B
 * comes back to find that it is history.
 */
export function lineageCases(vault: DrillVault): void {
  let siteB: Kubectl;
  let head: number;

  before(async function () {
    this.timeout(MINUTE);
    siteB = await kubectlTo(vault.setup.siteB);
    // Nobody has withdrawn: the newest record is of the head.
    head = Number(/(\d{4})-outcome/.exec((await keys("wal/lineage/")).at(-1) ?? "")?.[1]);
  });

  it("refuses a second site beside a living head, and claims nothing", async () => {
    const before = await keys("wal/lineage/");
    await assert.rejects(bringUpSiteA(), (error) => {
      assert.ok(error instanceof OperationError, String(error));
      process.stdout.write(`${error.message}\n`);
      assert.match(
        error.message,
        new RegExp(
          `restore-database: generation ${head} is alive: site drill-b/lstm-pfd \\S+ archived \\d+ s ago .*lstm-pfd:takeOver ${head}`,
          "s",
        ),
      );
      return true;
    });
    assert.deepEqual(await keys("wal/lineage/"), before);
    assert.equal(await siteB.value("select pg_is_in_recovery()"), "f");
  }).timeout(6 * MINUTE);

  it("supersedes it with the word, and has every row that it archived", async () => {
    await siteB.value(`create table public.written_before as select generate_series(1, ${rows}) as row`);
    await siteB.value("select pg_switch_wal()");
    await waitFor(
      "the rows to be archived",
      "look at the server's log",
      { timeoutMs: MINUTE, everyMs: 1000 },
      async () =>
        (await siteB.value(
          "select last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 16777216) from pg_stat_archiver",
        )) === "t"
          ? true
          : undefined,
    );
    signalSiteB("SIGSTOP");
    await bringUpSiteA({ takeOver: String(head) });
    const siteA = await kubectlTo(vault.setup.siteA);
    assert.equal(await siteA.value("select count(*) from public.written_before"), String(rows));
  }).timeout(8 * MINUTE);

  it("is history when it comes back: it stops serving, and archives, backs up and expires nothing", async () => {
    const before = await keys(`wal/generation-000${head}/`);
    signalSiteB("SIGCONT");
    const said = await waitFor(
      "the superseded server to stop",
      "look at its pod",
      { timeoutMs: 3 * MINUTE, everyMs: 2000 },
      () => refusalOfServer(siteB),
    );
    process.stdout.write(`${said}\n`);
    assert.match(
      said,
      new RegExp(
        `not served any more: site drill-a/lstm-pfd \\S+ has taken over: generation ${head + 1} was opened at 20\\S+, from position \\S+ on`,
      ),
    );
    for (const [run, what] of [
      [runNames.databaseFull, "a backup"],
      [runNames.databaseExpiry, "an expiry"],
    ] as const)
      await assert.rejects(
        siteB.runCronJob(run, `late-${run}`, 120),
        new RegExp(`${what} of generation ${head} is refused: site drill-a/lstm-pfd \\S+ has taken over`),
      );
    assert.deepEqual(await keys(`wal/generation-000${head}/`), before);
  }).timeout(6 * MINUTE);

  async function kubectlTo(site: DrillSite): Promise<Kubectl> {
    const { engine, setup } = vault.plan;
    const opened = await openLayer(
      { ...engine, directory: site.directory },
      siteLayer(setup, site, {}),
      "platform",
    );
    return kubectlOf(vault.plan, site, (await opened.outputs())["kubeconfig"]?.value);
  }

  async function bringUpSiteA(config: Record<string, string> = {}): Promise<void> {
    const { engine, setup, signal } = vault.plan;
    const layer = siteLayer(setup, setup.siteA, { expectNonce: vault.nonce, ...config });
    await upPlatform({ ...engine, directory: setup.siteA.directory }, layer, { detail: quiet, signal });
  }

  function signalSiteB(signal: "SIGSTOP" | "SIGCONT"): void {
    for (const pid of sandboxProcesses(vault.setup.siteB.name)) process.kill(pid, signal);
  }

  async function keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await vault.bucket.send(
        new ListObjectsV2Command({ Bucket: vault.setup.bucket, Prefix: prefix, ContinuationToken: token }),
      );
      found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }
}

/** What the container of a server says that does not start; undefined as long as it runs. */
async function refusalOfServer(kubectl: Kubectl): Promise<string | undefined> {
  const pod = JSON.parse(
    await kubectl.call(["get", "pod", `${names.databaseStatefulSet}-0`, "--output=json"]),
  ) as {
    status: {
      containerStatuses: {
        name: string;
        state: { terminated?: { message?: string } };
        lastState: { terminated?: { message?: string } };
      }[];
    };
  };
  const { state, lastState } =
    pod.status.containerStatuses.find(({ name }) => name === names.databaseContainer) ?? {};
  const message = state?.terminated?.message ?? lastState?.terminated?.message;
  return message?.includes("not served any more") ? message : undefined;
}
