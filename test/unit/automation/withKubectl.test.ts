import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withKubectl } from "../../../automation/withKubectl";

const { signal } = new AbortController();
const output = (value: string) => ({ value, secret: true });

describe("kubectl on a platform", () => {
  const path = process.env["PATH"];
  let directory = "";
  let words = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kubectl-"));
    words = join(directory, "words");
    // Tells its arguments and what is in the kubeconfig.
    writeFileSync(
      join(directory, "kubectl"),
      `#!/bin/sh\necho "$@" >"${words}"\ncat "\${1#--kubeconfig=}"\n`,
      { mode: 0o755 },
    );
    process.env["PATH"] = `${directory}:${path ?? ""}`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(directory, { recursive: true });
  });

  it("works with the outputs of its stack, and leaves no kubeconfig behind", async () => {
    const outputs = { kubeconfig: output("of the platform"), namespace: output("lstm-pfd") };
    const answer = await withKubectl(outputs, signal, (kubectl) => kubectl.call(["get", "secrets"]));
    assert.equal(answer, "of the platform");
    const [, kubeconfig = ""] =
      /^--kubeconfig=(\S+) --namespace=lstm-pfd get secrets\n$/.exec(readFileSync(words, "utf8")) ?? [];
    assert.match(kubeconfig, /kubeconfig$/);
    assert.equal(existsSync(kubeconfig), false);
  });

  it("leaves no kubeconfig behind either when the work fails", async () => {
    const outputs = { kubeconfig: output("of the platform"), namespace: output("lstm-pfd") };
    const failing = withKubectl(outputs, signal, async (kubectl) => {
      await kubectl.call(["get", "pods"]);
      throw new Error("enough");
    });
    await assert.rejects(failing, { message: "enough" });
    const [, kubeconfig = ""] = /^--kubeconfig=(\S+) /.exec(readFileSync(words, "utf8")) ?? [];
    assert.notEqual(kubeconfig, "");
    assert.equal(existsSync(kubeconfig), false);
  });

  for (const outputs of [{}, { kubeconfig: output("of the platform") }, { namespace: output("lstm-pfd") }])
    it(`is refused with the outputs ${Object.keys(outputs).join() || "of nothing"} alone`, () =>
      assert.rejects(
        withKubectl(outputs, signal, () => Promise.resolve()),
        /the platform has no outputs "kubeconfig" and "namespace": its "up" has never succeeded/,
      ));
});
