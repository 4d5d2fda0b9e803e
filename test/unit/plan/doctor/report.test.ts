import assert from "node:assert/strict";
import { causesFirst } from "../../../../plan/doctor/causes";
import { type Facts, type Question, questions } from "../../../../plan/doctor/facts";
import type { Finding, Severity } from "../../../../plan/doctor/finding";
import { doctorReport } from "../../../../plan/doctor/report";
import { reportText } from "../../../../plan/doctor/reportText";
import { context, cronJob, factsWith, node, pod } from "./samples";

function finding(name: string, severity: Severity, becauseOf: string[] = []): Finding {
  return { severity, what: name, evidence: "seen", todo: "do", about: [name], becauseOf };
}

const names = (findings: readonly Finding[]): string[] => findings.map(({ what }) => what);

describe("doctor: causes", () => {
  it("come before their symptoms, over any number of steps", () => {
    const causes = causesFirst([
      finding("health", "down", ["pod"]),
      finding("pod", "down", ["claim"]),
      finding("claim", "at risk", ["node"]),
      finding("node", "at risk"),
      finding("clock", "look"),
    ]);
    assert.deepEqual(names(causes), ["node", "clock"]);
    assert.deepEqual(names(causes[0]?.explains ?? []), ["health", "pod", "claim"]);
  });

  it("come in the order of the worst that they explain", () => {
    const causes = causesFirst([
      finding("kit", "at risk"),
      finding("node", "look"),
      finding("pod", "down", ["node"]),
    ]);
    assert.deepEqual(names(causes), ["node", "kit"]);
  });

  it("take the first of the causes that a symptom names", () => {
    const causes = causesFirst([
      finding("keys", "at risk"),
      finding("clock", "at risk"),
      finding("archiver", "at risk", ["missing", "clock", "keys"]),
    ]);
    assert.deepEqual(
      causes.map(({ what, explains }) => [what, ...names(explains)]),
      [["clock", "archiver"], ["keys"]],
    );
  });

  it("lose nothing where two are each other's cause", () => {
    for (const ring of [
      [finding("a", "down", ["b"]), finding("b", "down", ["a"])],
      [finding("a", "down", ["b"]), finding("b", "down", ["c"]), finding("c", "down", ["b"])],
      [finding("a", "down", ["a"])],
    ]) {
      const causes = causesFirst(ring);
      assert.deepEqual(
        causes.flatMap((cause) => [cause.what, ...names(cause.explains)]).sort(),
        names(ring).sort(),
      );
    }
  });
});

const unknown = (facts: Facts, ...asked: Question[]): Facts => ({
  ...facts,
  ...Object.fromEntries(asked.map((name) => [name, { state: "unknown", why: "no answer within 30 s" }])),
});
const suspended = factsWith({ cronJobs: [{ ...cronJob, spec: { ...cronJob.spec, suspend: true } }] });

describe("doctor: report", () => {
  const codes: [string, Facts, number][] = [
    ["nothing is wrong", factsWith(), 0],
    ["something is wrong", suspended, 1],
    ["something is wrong, and something is not known", unknown(suspended, "nodes"), 1],
    ["something is not known", unknown(factsWith(), "store"), 3],
    ["there was nothing to ask", { ...factsWith(), names: { state: "none", why: "no name" } }, 0],
  ];
  for (const [name, facts, code] of codes)
    it(`ends with ${code} when ${name}`, () => {
      assert.equal(doctorReport(facts, context).exitCode, code);
    });

  it("never ends with 0 because something could not be asked", () => {
    for (const name of Object.keys(questions) as Question[])
      assert.equal(doctorReport(unknown(factsWith(), name), context).exitCode, 3, name);
  });

  it("says in its first line what it has found", () => {
    const first = (facts: Facts): string => reportText(doctorReport(facts, context)).split("\n")[0] ?? "";
    assert.equal(first(factsWith()), "nothing is wrong that doctor can see");
    assert.equal(first(suspended), "1 thing is wrong");
    assert.equal(
      first(unknown(factsWith(), "store", "keys")),
      "nothing is wrong that doctor can see; 2 questions have no answer",
    );
  });

  it("says what, seen, and the exact command, with the symptoms and what is not known", () => {
    assert.equal(
      reportText(doctorReport(unknown(suspended, "nodes", "volumes"), context)),
      `1 thing is wrong; 2 questions have no answer

1. AT RISK: CronJob backup-database-incr is suspended
   seen   spec.suspend is true; it was started last at 2026-01-31T10:00:00Z
   do     if nobody needs it to rest, let it run again; then run it once
          kubectl -n lstm-pfd patch cronjob backup-database-incr --type=merge -p '{"spec":{"suspend":false}}'

not known:
   - nodes of the cluster, how full volumes are: no answer within 30 s
`,
    );
  });

  it("names some of many questions that have one reason for no answer", () => {
    const facts = unknown(factsWith(), "api", "nodes", "pods", "events", "logs", "claims");
    assert.match(
      reportText(doctorReport(facts, context)),
      /^ {3}- the API server of the cluster, nodes of the cluster, pods, events and 2\n {5}more: no answer/m,
    );
  });

  it("fits 80 columns, but for commands, and shows a few of many symptoms", () => {
    const lost = {
      ...node,
      status: {
        conditions: [{ type: "Ready", status: "Unknown", message: "Kubelet stopped posting. ".repeat(30) }],
      },
    };
    const gone = Array.from({ length: 12 }, (_, index) => {
      const each = pod("worker", `worker-${index}`);
      return {
        ...each,
        metadata: {
          ...each.metadata,
          deletionTimestamp: "2026-01-31T11:00:00Z",
          ownerReferences: [{ kind: "Job", name: `j${index}` }],
        },
      };
    });
    const text = reportText(doctorReport(factsWith({ nodes: [lost], pods: gone }), context));
    const commands = /^ {10}(?:kubectl|npm|helm) /;
    for (const line of text.split("\n")) assert.ok(line.length <= 80 || commands.test(line), line);
    assert.match(text, /hence {2}- pod worker-0: it does not end/);
    assert.match(text, /- and 4 more\n/);
  });
});
