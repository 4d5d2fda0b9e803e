import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { destroy, FORGET_UNREACHABLE } from "../../../automation/operation";
import { refuseUnanswered } from "../../../automation/removal";

const { signal } = new AbortController();
const outputs = { kubeconfig: { value: "", secret: true }, namespace: { value: "shop", secret: false } };
const inCluster = ["pulumi:pulumi:Stack", "kubernetes:core/v1:Namespace"];
const onThisMachine = [...inCluster, "embedded:index:Site"];

/** As much of a stack as a removal touches. */
function stackOf(types: readonly string[], more: object = {}): Stack {
  return {
    name: "prod",
    outputs: () => Promise.resolve(outputs),
    exportStack: () =>
      Promise.resolve({ version: 3, deployment: { resources: types.map((type) => ({ urn: type, type })) } }),
    workspace: { workDir: "/stacks/prod", envVars: { PATH: "/bin" } },
    ...more,
  } as unknown as Stack;
}

describe("removing a platform", () => {
  const path = process.env["PATH"];
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kubectl-"));
    process.env["PATH"] = `${directory}:${path ?? ""}`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(directory, { recursive: true });
  });
  function cluster(script: string): void {
    writeFileSync(join(directory, "kubectl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const silent = "echo 'The connection to the server was refused' >&2; exit 1";

  it("is refused while its cluster does not answer, with the way to say that it is gone", async () => {
    cluster(silent);
    await assert.rejects(refuseUnanswered(stackOf(inCluster), false, signal), {
      message:
        "nothing was touched: what stack prod has in its cluster cannot be removed, because the cluster does not answer, and would run on without an owner (kubectl get: The connection to the server was refused). Bring its API server back, or the network and the credentials to it, then run this again; only if the cluster is gone for good, run: npm run down -- --stack prod --cluster-is-gone",
    });
    await refuseUnanswered(stackOf(inCluster), true, signal);
  });

  it("is refused when a cluster that answers is said to be gone", async () => {
    cluster('[ "$3 $4" = "get --raw=/api" ]');
    await refuseUnanswered(stackOf(inCluster), false, signal);
    await assert.rejects(
      refuseUnanswered(stackOf(inCluster), true, signal),
      /answers, .*leave the option out/,
    );
  });

  it("asks nobody where the cluster goes with the stack, or nothing is in one", async () => {
    cluster(silent);
    await refuseUnanswered(stackOf(onThisMachine), false, signal);
    await refuseUnanswered(stackOf(["aws:s3/bucket:Bucket"]), false, signal);
    await refuseUnanswered(stackOf(inCluster, { outputs: () => Promise.resolve({}) }), false, signal);
  });

  it("lets the provider forget only what is gone", async () => {
    for (const [types, gone, expected] of [
      [inCluster, false, "false"],
      [inCluster, true, "true"],
      [onThisMachine, false, "true"],
    ] as const) {
      const seen: (string | undefined)[] = [];
      const stack: Stack = stackOf(types, {
        destroy: () => Promise.resolve(seen.push(stack.workspace.envVars[FORGET_UNREACHABLE])),
      });
      await destroy(stack, { detail: () => undefined, signal }, gone);
      assert.deepEqual(seen, [expected]);
      assert.equal(stack.workspace.envVars["PATH"], "/bin");
    }
  });

  it("says the same when the cluster falls silent in the middle, and forgets nothing", async () => {
    let refreshed = 0;
    const stack = stackOf(inCluster, {
      destroy: ({ onEvent }: { onEvent: (event: object) => void }) => {
        onEvent({
          diagnosticEvent: {
            urn: "urn:pulumi:prod::lstm-pfd::kubernetes:core/v1:Namespace::namespace",
            severity: "error",
            message: "configured Kubernetes cluster is unreachable. If the cluster was deleted, …",
          },
        });
        return Promise.reject(new Error("exit code 255"));
      },
      refresh: () => Promise.resolve((refreshed += 1)),
    });
    await assert.rejects(
      destroy(stack, { detail: () => undefined, signal }),
      /^Error: what stack prod has in its cluster cannot be removed, .*npm run down -- --stack prod --cluster-is-gone$/s,
    );
    assert.equal(refreshed, 0);
  });
});
