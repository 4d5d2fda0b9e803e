import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { compareWithCluster } from "../../../automation/comparison";
import { FORGET_UNREACHABLE } from "../../../automation/operation";
import type { StackResource } from "../../../automation/stackResources";

const watching = { detail: () => undefined, signal: new AbortController().signal };
const resource = (type: string, name: string, more: object = {}): StackResource => ({
  urn: `urn:pulumi:prod::lstm-pfd::${type}::${name}`,
  type,
  ...more,
});
const provider = resource("pulumi:providers:kubernetes", "cluster", { inputs: { kubeconfig: "…" } });
const cronJob = resource("kubernetes:batch/v1:CronJob", "backups-backup-database-full");
const claim = resource("kubernetes:core/v1:PersistentVolumeClaim", "volumes-database");
const site = resource("embedded:index:Site", "cluster", { outputs: { name: "no-such-site" } });
const all = [
  resource("pulumi:pulumi:Stack", "prod"),
  resource("lstm-pfd:index:Volumes", "volumes"),
  provider,
  cronJob,
  claim,
];

describe("comparing a platform with its cluster", () => {
  const path = process.env["PATH"];
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kubectl-"));
    process.env["PATH"] = `${directory}:${path ?? ""}`;
    cluster({ items: [] });
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(directory, { recursive: true });
  });

  /** kubectl of a cluster with these volume claims; of one that does not answer without. */
  function cluster(claims?: object): void {
    writeFileSync(join(directory, "claims"), JSON.stringify(claims ?? {}));
    const script =
      claims === undefined
        ? "echo 'Unable to connect to the server: timeout' >&2; exit 1"
        : `echo "$@" >>"${directory}/calls"; cat "${directory}/claims"`;
    writeFileSync(join(directory, "kubectl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** A stack of which a refresh finds some resources gone. */
  function stackOf(before: readonly StackResource[], gone: readonly StackResource[] = [], up = true) {
    const refreshes: (string | undefined)[] = [];
    const stack = {
      name: "prod",
      outputs: () =>
        Promise.resolve(
          up ? { kubeconfig: { value: "", secret: true }, namespace: { value: "shop", secret: false } } : {},
        ),
      exportStack: () =>
        Promise.resolve({
          deployment: {
            resources: refreshes.length === 0 ? before : before.filter((each) => !gone.includes(each)),
          },
        }),
      refresh: () => {
        refreshes.push(stack.workspace.envVars[FORGET_UNREACHABLE]);
        return Promise.resolve({ summary: {} });
      },
      workspace: { workDir: "/stacks/prod", envVars: { [FORGET_UNREACHABLE]: "unset" } },
    };
    return { stack: stack as unknown as Stack, refreshes };
  }

  it("tells what was deleted by hand, and takes only that out of the state", async () => {
    const { stack, refreshes } = stackOf(all, [cronJob, claim]);
    assert.deepEqual(await compareWithCluster(stack, watching), {
      lines: [
        "CronJob backups-backup-database-full is no longer there, and is made again",
        "PersistentVolumeClaim volumes-database is no longer there, and is made again, with the data that was in it: the backup is restored into a new one",
      ],
      putBack: [],
    });
    assert.deepEqual(refreshes, ["false"]);
    assert.equal(stack.workspace.envVars[FORGET_UNREACHABLE], "unset");
  });

  it("refuses where the cluster does not answer, and takes nothing for lost", async () => {
    cluster();
    const { stack, refreshes } = stackOf(all, all);
    await assert.rejects(compareWithCluster(stack, watching), {
      message:
        "the cluster of stack prod does not answer (kubectl get: Unable to connect to the server: timeout): nothing was touched, and nothing taken for lost. Bring its API server back, or the network and the credentials to it, then run this again; if the cluster is gone, recover on a fresh one: npm run up -- --stack NEW --fresh",
    });
    assert.deepEqual(refreshes, []);
  });

  it("goes on with a kubeconfig that works where the one that it has no longer does", async () => {
    // Knows who asks by the kubeconfig.
    const script = 'grep -q renewed "${1#--kubeconfig=}" || { echo Unauthorized >&2; exit 1; }';
    writeFileSync(join(directory, "kubectl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const { stack, refreshes } = stackOf(all, all);
    const { lines } = await compareWithCluster(stack, watching, "renewed");
    assert.match(
      lines.join(),
      /^stack prod was not compared with its cluster: its kubeconfig no longer works/,
    );
    await assert.rejects(
      compareWithCluster(stack, watching, "as bad"),
      /does not answer \(kubectl get: Unauthorized\)/,
    );
    assert.deepEqual(refreshes, []);
  });

  it("takes a site of this machine that is gone for lost, with all that was in it", async () => {
    cluster();
    const { stack, refreshes } = stackOf([...all, site], [...all, site]);
    assert.match(
      (await compareWithCluster(stack, watching)).lines.join(),
      /^the site of stack prod is no longer there/,
    );
    assert.deepEqual(refreshes, ["true"]);
  });

  it("has nothing to compare in a fresh stack, and in one that has never come up", async () => {
    cluster();
    for (const { stack, refreshes } of [stackOf([]), stackOf(all, all, false)]) {
      assert.deepEqual(await compareWithCluster(stack, watching), { lines: [], putBack: [] });
      assert.deepEqual(refreshes, []);
    }
  });

  it("does not compare through a provider that takes silence for loss", async () => {
    const old = { ...provider, inputs: { deleteUnreachable: "true" } };
    const { stack, refreshes } = stackOf([...all, old], all);
    const { lines } = await compareWithCluster(stack, watching);
    assert.match(lines.join(), /^stack prod was not compared with its cluster: .* is replaced now; /);
    assert.deepEqual(refreshes, []);
  });

  for (const [what, facts, message] of [
    [
      "is marked for deletion",
      { metadata: { deletionTimestamp: "2026-11-26T06:00:00Z" } },
      /^the volume claim lstm-pfd-postgresql was deleted by hand at 2026-11-26T06:00:00Z, .* nothing was touched\. Take a backup/,
    ],
    [
      "has lost its volume",
      { status: { phase: "Lost" } },
      /^the volume behind the claim lstm-pfd-postgresql was deleted by hand; nothing was touched/,
    ],
  ] as const)
    it(`refuses while a claim ${what}`, async () => {
      const metadata = {
        name: "lstm-pfd-postgresql",
        namespace: "shop",
        ...("metadata" in facts ? facts.metadata : {}),
      };
      cluster({ items: [{ ...facts, metadata }] });
      const { stack, refreshes } = stackOf(all);
      await assert.rejects(compareWithCluster(stack, watching), { message });
      assert.deepEqual(refreshes, []);
    });

  it("looks into the releases that are left", async () => {
    const release = resource("kubernetes:helm.sh/v3:Release", "application", {
      outputs: { name: "lstm-pfd", namespace: "shop" },
    });
    await compareWithCluster(stackOf([...all, release]).stack, watching);
    const calls = readFileSync(join(directory, "calls"), "utf8");
    assert.match(
      calls,
      /get secrets --selector=owner=helm,status=deployed,name=lstm-pfd .* --namespace=shop$/m,
    );
    const before = calls.length;
    await compareWithCluster(stackOf([...all, release], [release]).stack, watching);
    assert.doesNotMatch(readFileSync(join(directory, "calls"), "utf8").slice(before), /secrets/);
  });
});
