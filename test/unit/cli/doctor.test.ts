import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCommandLine } from "../../../cli/commandLine";
import { doctorFacts } from "../../../cli/doctorFacts";
import { stackPlan } from "../../../cli/stackPlan";
import { doctorReport } from "../../../plan/doctor/report";
import { withVariable } from "../../support/variable";

/** One pod without its image; whatever does more than look is written down, and refused. */
const kubectl = (directory: string): string => `#!/bin/sh
shift 2
echo "$1" >>"${directory}/verbs"
case "$*" in
  "get --raw=/readyz") echo ok ;;
  "get pods --output=json --namespace=lstm-pfd")
    echo '{"items":[{"metadata":{"name":"lstm-pfd-worker-7c9d8b6f5d-x2x4p","namespace":"lstm-pfd"},"status":{"phase":"Pending","containerStatuses":[{"name":"worker","state":{"waiting":{"reason":"ErrImagePull","message":"manifest unknown"}}}]}}]}' ;;
  "get secrets"*--output*|"get secrets"*-o*) echo "$*" >>"${directory}/refused"; exit 1 ;;
  "get secrets"*|"get customresource"*|"get apiservices"*|"get configmap"*) ;;
  "get --raw="*) exit 1 ;;
  get*|describe*|logs*|version*|"auth can-i"*) echo '{"items":[]}' ;;
  "exec statefulset/lstm-pfd-postgresql"*) echo "error: the pod is not there" >&2; exit 1 ;;
  *) echo "$*" >>"${directory}/refused"; exit 1 ;;
esac
`;

describe("doctor, on a machine with a kubeconfig", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "doctor-"));
    mkdirSync(join(directory, "state"));
    writeFileSync(join(directory, "kubectl"), kubectl(directory), { mode: 0o755 });
    writeFileSync(
      join(directory, "kubeconfig"),
      `clusters: [{ name: a, cluster: { server: "https://127.0.0.1:1" } }]\n`,
    );
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("LSTM_PFD_STATE", () => join(directory, "state"));
  withVariable("PATH", () => `${directory}:${process.env["PATH"] ?? ""}`);

  const config = (extra: string[] = []): string[] =>
    [
      "cluster=kubeconfig",
      `kubeconfig=${join(directory, "kubeconfig")}`,
      "objectStore=s3",
      "s3Endpoint=https://127.0.0.1:1",
      "bucket=backups",
      ...extra,
    ].flatMap((pair) => ["--config", pair]);
  const examined = async (words: string[]) => {
    const { options } = parseCommandLine(["doctor", "--stack", "smoke", ...words]);
    const plan = stackPlan(options, "left out");
    const { facts, namespace } = await doctorFacts(options, plan, false, new AbortController().signal);
    return doctorReport(facts, { now: new Date(), stack: "smoke", namespace });
  };

  it("asks all that it can, only looks, and makes nothing", async () => {
    const report = await examined(config());
    const said = report.causes.map(({ what }) => what).join("\n");
    assert.match(said, /the object store does not answer this machine/);
    assert.match(said, /lstm-pfd-worker\S+: the registry has no such image/);
    assert.match(said, /the recovery kit cannot be used: missing/);
    assert.deepEqual(
      report.unknown.map(({ question }) => question),
      ["keys", "volumes", "database"],
    );
    assert.equal(report.exitCode, 1);
    assert.equal(existsSync(join(directory, "refused")), false);
    assert.deepEqual([...new Set(readFileSync(join(directory, "verbs"), "utf8").trim().split("\n"))].sort(), [
      "exec",
      "get",
    ]);
    assert.equal(existsSync(join(directory, "state", "pulumi")), false);
  }).timeout(60_000);

  it("goes on without any cluster, and does not say that all is well there", async () => {
    const report = await examined([
      "--config",
      "objectStore=s3",
      "--config",
      "s3Endpoint=https://127.0.0.1:1",
      "--config",
      "bucket=backups",
    ]);
    assert.ok(
      report.unknown.some(({ question, why }) => question === "pods" && why.includes("was never brought up")),
    );
    assert.match(
      report.causes.map(({ what }) => what).join("\n"),
      /the object store does not answer this machine/,
    );
  }).timeout(60_000);
});
