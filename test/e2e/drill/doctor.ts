import assert from "node:assert/strict";
import { askCluster } from "../../../automation/doctor/askCluster";
import { askStore } from "../../../automation/doctor/askStore";
import { readingOnly } from "../../../automation/doctor/reading";
import { openLayer } from "../../../automation/layers";
import type { Kubectl } from "../../../automation/kubectl";
import { siteLayer } from "../../../drill/drillConfig";
import { kubectlOf } from "../../../drill/siteA";
import { askKeys } from "../../../kit/askVault";
import { vaultOf } from "../../../kit/vaultOf";
import { waitFor } from "../../../lib/wait";
import type { Asked } from "../../../plan/doctor/asked";
import { type Facts, type Question, questions } from "../../../plan/doctor/facts";
import type { Finding } from "../../../plan/doctor/finding";
import { type DoctorReport, doctorReport } from "../../../plan/doctor/report";
import { reportText } from "../../../plan/doctor/reportText";
import { runNames } from "../../../plan/names";
import type { DrillVault } from "./drillVault";

const MINUTE = 60_000;
const worker = "lstm-pfd-worker";
const noImage = "registry.invalid/lstm-pfd:not-there";

const isPull = ({ what }: Finding): boolean => /^pod lstm-pfd-worker-\S+: .*(?:image|registry)/.test(what);

/** A living site, on which things are put out of order one after the other: doctor names each, and nothing when all is well. */
export function doctorCases(vault: DrillVault): void {
  let site: Kubectl;
  const { signal } = new AbortController();

  before(async function () {
    this.timeout(MINUTE);
    const { engine, setup } = vault.plan;
    const layer = siteLayer(setup, setup.siteB, { expectNonce: vault.nonce });
    const opened = await openLayer({ ...engine, directory: setup.siteB.directory }, layer, "platform");
    site = await kubectlOf(vault.plan, setup.siteB, (await opened.outputs())["kubeconfig"]?.value);
  });

  it("finds nothing on a site that is well", async () => {
    const report = await examined();
    assert.deepEqual(report.causes, [], reportText(report));
    assert.deepEqual(report.unknown, []);
    assert.equal(report.exitCode, 0);
  }).timeout(3 * MINUTE);

  it("names a CronJob that was suspended", async () => {
    const suspend = (value: boolean): Promise<string> =>
      site.call([
        "patch",
        "cronjob",
        runNames.databaseIncremental,
        "--type=merge",
        `--patch={"spec":{"suspend":${value}}}`,
      ]);
    await suspend(true);
    try {
      const report = await examined();
      assert.deepEqual(
        report.causes.map(({ what }) => what),
        [`CronJob ${runNames.databaseIncremental} is suspended`],
      );
      assert.equal(report.exitCode, 1);
    } finally {
      await suspend(false);
    }
  }).timeout(3 * MINUTE);

  it("names a worker that was scaled down and given an image that is not there, and what comes of it", async () => {
    const { spec } = JSON.parse(await site.call(["get", "deployment", worker, "--output=json"])) as {
      spec: { replicas: number; template: { spec: { containers: { name: string; image: string }[] } } };
    };
    const [container] = spec.template.spec.containers;
    assert.ok(container);
    const setImage = (image: string): Promise<string> =>
      site.call(["set", "image", `deployment/${worker}`, `${container.name}=${image}`]);
    const scale = (replicas: number): Promise<string> =>
      site.call(["scale", `deployment/${worker}`, `--replicas=${replicas}`]);
    await scale(0);
    await setImage(noImage);
    try {
      const scaledDown = await examined();
      assert.ok(
        scaledDown.causes.some(({ what }) => what === `Deployment ${worker} was scaled by hand, to 0`),
        reportText(scaledDown),
      );
      await scale(spec.replicas);
      const pulling = await waitFor(
        "doctor to name the image",
        "look at the pods of the worker",
        { timeoutMs: 2 * MINUTE, everyMs: 5000 },
        async () => {
          const report = await examined();
          return report.causes.some(
            ({ what, explains }) => /was changed by hand/.test(what) && explains.some(isPull),
          )
            ? report
            : undefined;
        },
      );
      assert.deepEqual(
        pulling.causes.map(({ what }) => what),
        [`the image of Deployment ${worker} was changed by hand`],
        reportText(pulling),
      );
    } finally {
      // Not by setting it: whoever has set an image by hand is named as long as it is his.
      await site.call(["rollout", "undo", `deployment/${worker}`]);
      await scale(spec.replicas);
      await site.call(["rollout", "status", `deployment/${worker}`, "--timeout=120s"], {
        timeoutMs: 130_000,
      });
    }
  }).timeout(6 * MINUTE);

  it("names a writer's key that the store does not know any more", async () => {
    const report = await examined({ ...vault.kit, writerAccessKeyId: "revoked" });
    assert.deepEqual(
      report.causes.map(({ what }) => what),
      [
        "the object store refuses the keys of writer: it does not know the key, which was revoked or never made there",
      ],
      reportText(report),
    );
  }).timeout(3 * MINUTE);

  /** What doctor says of site and vault; this machine, the state and the kit's file are left aside. */
  async function examined(kit = vault.kit): Promise<DoctorReport> {
    const { setup } = vault.plan;
    const { config } = siteLayer(setup, setup.siteB, {});
    const { at, access } = vaultOf(config, kit, "reader");
    const none: Asked<never> = { state: "none", why: "of this machine" };
    const nothing = Object.fromEntries((Object.keys(questions) as Question[]).map((name) => [name, none]));
    const facts = {
      ...nothing,
      nodeVersion: process.version,
      store: {
        state: "known",
        value: await askStore({ endpoint: at.endpoint, authority: access.authority }),
      },
      keys: { state: "known", value: await askKeys(config, kit) },
      ...(await askCluster(readingOnly(site), setup.namespace, signal)),
    } as Facts;
    const report = doctorReport(facts, {
      now: new Date(),
      stack: setup.siteB.name,
      namespace: setup.namespace,
    });
    process.stdout.write(reportText(report));
    return report;
  }
}
