import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { sandboxProcesses } from "@lstm-pfd/local-cloud/sandbox";
import { killSite } from "@lstm-pfd/local-cloud/site";
import type { Kubectl } from "../../../automation/kubectl";
import { rehearse } from "../../../automation/rehearse";
import { openLayer, upPlatform } from "../../../automation/layers";
import { OperationError } from "../../../automation/operation";
import { describeRehearsal, type RehearsalResult } from "../../../cli/rehearsalText";
import { siteLayer } from "../../../drill/drillConfig";
import { kubectlOf } from "../../../drill/siteA";
import type { DrillSite } from "../../../drill/setup";
import { waitFor } from "../../../lib/wait";
import { names, runNames } from "../../../plan/names";
import type { DrillVault } from "./drillVault";
import { inPlaceCases } from "./inPlace";
import { rehearsalCases } from "./rehearsals";

const MINUTE = 60_000;
const quiet = (): undefined => undefined;
const rows = 2000;
const utcNow = `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

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

  it("is rehearsed beside itself, which harms nothing: the vault and the living database stay as they were", async () => {
    const [before, wal] = [await keys("wal/lineage/"), await keys("wal/")];
    const said = describeRehearsal((await rehearse(siteB)) as RehearsalResult);
    process.stdout.write(said);
    assert.match(
      said,
      new RegExp(`rehearsed: generation ${head} comes back from base backup .*tables with \\d{6,} rows`, "s"),
    );
    assert.deepEqual(await keys("wal/lineage/"), before);
    const added = (await keys("wal/")).filter((key) => !wal.includes(key));
    assert.ok(
      added.every((key) => key.startsWith(`wal/generation-000${head}/repository/archive/`)),
      added.join(),
    );
    await siteB.databaseReady();
    assert.match(
      await siteB.call(["get", "namespaces", "--output=name"]),
      /namespace\/lstm-pfd\n(?!.*rehearsal)/s,
    );
  }).timeout(6 * MINUTE);

  it("refuses a second site beside a living head, and claims nothing", async () => {
    const before = await keys("wal/lineage/");
    await assert.rejects(bringUp(vault.setup.siteA), (error) => {
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
    await archived(siteB);
    signalSiteB("SIGSTOP");
    await bringUp(vault.setup.siteA, { takeOver: String(head) });
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

  it("brings back the second before a mistake, on a fresh stack, and nothing later", async () => {
    const { setup } = vault;
    const siteA = await kubectlTo(setup.siteA);
    const before = await siteA.value(utcNow);
    await sleep(2000);
    await siteA.value("drop table public.written_before; create table public.written_after (row int)");
    await archived(siteA);
    await killSite(setup.siteB.name);
    await rm(setup.siteB.directory, { recursive: true });
    await assert.rejects(
      bringUp(setup.siteB, { takeOver: String(head + 1), restoreTo: "2020-01-01T00:00:00Z" }),
      (error) => {
        assert.ok(error instanceof OperationError, String(error));
        process.stdout.write(`${error.message}\n`);
        assert.match(
          error.message,
          /restore-database: the target 2020-01-01T00:00:00Z lies before the window of \d+ days, .*; what can be gone back to is 20\S+ to 20\S+ \(generation 1\)/,
        );
        return true;
      },
    );
    await bringUp(setup.siteB, { takeOver: String(head + 1), restoreTo: before });
    siteB = await kubectlTo(setup.siteB);
    assert.equal(await siteB.value("select count(*) from public.written_before"), String(rows));
    assert.equal(await siteB.value("select to_regclass('public.written_after') is null"), "t");
    const result = (await siteB.result("job/restore-database")) as Record<string, string | undefined>;
    process.stdout.write(`${JSON.stringify(result)}\n`);
    assert.equal(result["target"], before);
    assert.ok((result["lastCommit"] ?? "z") <= before && before < (result["firstCommitAfter"] ?? ""), before);
  }).timeout(10 * MINUTE);

  it("does not go back to it once more, nor to another second while the database lives", async () => {
    await assert.rejects(
      bringUp(vault.setup.siteB, { takeOver: String(head + 1), restoreTo: "2026-01-01T00:00:00Z" }),
      /restore-database: lstm-pfd:restoreTo is 2026-01-01T00:00:00Z, and a database lives here already .*it was kept as it is/s,
    );
    assert.equal(await siteB.value("select count(*) from public.written_before"), String(rows));
  }).timeout(4 * MINUTE);

  describe("rehearsals", () => {
    rehearsalCases(vault, () => siteB);
  });

  describe("in place", () => {
    inPlaceCases(vault, () => siteB);
  });

  async function archived(kubectl: Kubectl): Promise<void> {
    const segment = await kubectl.value("select pg_walfile_name(pg_switch_wal())");
    await waitFor(
      `${segment} to be archived`,
      "look at the server's log",
      { timeoutMs: MINUTE, everyMs: 1000 },
      async () =>
        (await kubectl.value(`select last_archived_wal >= '${segment}' from pg_stat_archiver`)) === "t"
          ? true
          : undefined,
    );
  }

  async function kubectlTo(site: DrillSite): Promise<Kubectl> {
    const { engine, setup } = vault.plan;
    const opened = await openLayer(
      { ...engine, directory: site.directory },
      siteLayer(setup, site, {}),
      "platform",
    );
    return kubectlOf(vault.plan, site, (await opened.outputs())["kubeconfig"]?.value);
  }

  async function bringUp(site: DrillSite, config: Record<string, string> = {}): Promise<void> {
    const { engine, setup, signal } = vault.plan;
    const layer = siteLayer(setup, site, { expectNonce: vault.nonce, ...config });
    await upPlatform({ ...engine, directory: site.directory }, layer, { detail: quiet, signal });
  }

  /** All of it: processes begin and end while others are signalled. */
  function signalSiteB(signal: "SIGSTOP" | "SIGCONT"): void {
    const signalled = new Set<number>();
    for (;;) {
      const pids = sandboxProcesses(vault.setup.siteB.name).filter((pid) => !signalled.has(pid));
      if (pids.length === 0) return;
      for (const pid of pids) {
        signalled.add(pid);
        try {
          process.kill(pid, signal);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        }
      }
    }
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
