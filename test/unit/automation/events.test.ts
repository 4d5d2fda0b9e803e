import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { updateProgress } from "../../../automation/events";
import { countChanges, meaningful, OperationError } from "../../../automation/operation";

const urn = (name: string): string => `urn:pulumi:test::lstm-pfd::kubernetes:batch/v1:Job::${name}`;

function event(parts: object): EngineEvent {
  return { sequence: 0, timestamp: 0, ...parts };
}

const begin = (name: string, op = "create", planning = false, custom = true): EngineEvent =>
  event({ resourcePreEvent: { metadata: { urn: urn(name), op, new: { custom } }, planning } });
const end = (name: string): EngineEvent => event({ resOutputsEvent: { metadata: { urn: urn(name) } } });
const say = (name: string, severity: string, message: string): EngineEvent =>
  event({ diagnosticEvent: { urn: urn(name), severity, message } });

describe("progress of an update", () => {
  it("names the resource that is longest in work, for how long, and what it waits for", () => {
    let now = 0;
    const progress = updateProgress(() => now);
    progress.take(begin("namespace"));
    progress.take(begin("restore"));
    progress.take(end("namespace"));
    now = 5000;
    progress.take(begin("secret"));
    progress.take(say("restore", "info#err", "\u001b[1mwaiting for the pod\u001b[0m"));
    now = 34_000;
    assert.equal(
      progress.line(),
      "1 resources done, in work: restore (34 s) and 1 more: waiting for the pod",
    );
  });

  it("does not count previews, nor what stays the same", () => {
    const progress = updateProgress();
    progress.take(begin("namespace", "create", true));
    progress.take(begin("secret", "same"));
    progress.take(end("secret"));
    assert.equal(progress.line(), "0 resources done");
  });

  it("leaves components out, which last as long as what is in them", () => {
    const progress = updateProgress();
    progress.take(begin("recovery", "create", false, false));
    assert.equal(progress.line(), "0 resources done");
  });

  it("keeps errors, by resource", () => {
    const progress = updateProgress();
    progress.take(say("restore", "warning", "slow"));
    progress.take(say("restore", "error", "<{%reset%}>no backup<{%reset%}>\n"));
    assert.deepEqual(progress.problems(), [{ resource: "restore", message: "no backup" }]);
  });
});

describe("violations of policies", () => {
  const violate = (enforcementLevel: string, found = 'concurrencyPolicy is "Allow"'): EngineEvent =>
    event({
      policyEvent: {
        resourceUrn: urn("backup"),
        policyName: "cronjob-overlap",
        enforcementLevel,
        message: `<{%reset%}>A CronJob forbids overlap.\n${found}\n  What to do: Set it to Forbid.<{%reset%}>\n`,
      },
    });

  it("are errors with the rule, what it found, and what to do", () => {
    const progress = updateProgress();
    progress.take(violate("mandatory"));
    assert.deepEqual(progress.problems(), [
      {
        resource: "backup",
        message: 'cronjob-overlap: concurrencyPolicy is "Allow"; What to do: Set it to Forbid.',
      },
    ]);
  });

  it("are one error for each line that the rule found", () => {
    const progress = updateProgress();
    progress.take(violate("mandatory", "first is wrong\n  second is wrong"));
    assert.deepEqual(
      progress.problems().map(({ message }) => message),
      ["first", "second"].map((what) => `cronjob-overlap: ${what} is wrong; What to do: Set it to Forbid.`),
    );
  });

  it("are none where the rule only advises", () => {
    const progress = updateProgress();
    progress.take(violate("advisory"));
    assert.deepEqual(progress.problems(), []);
  });
});

describe("operations", () => {
  it("count what was changed", () => {
    assert.equal(countChanges({ same: 4 }), 0);
    assert.equal(countChanges({ same: 4, create: 2, update: 1, delete: 1 }), 4);
  });

  const ended = [
    "Detected that /plugins/pulumi-resource-aws exited prematurely.",
    "This is *always* a bug in the provider. Please report the issue to the provider author as appropriate.",
    "To assist with debugging we have dumped the STDOUT and STDERR streams of the plugin:",
    "",
  ].map((message) => ({ resource: "", message }));
  const cause = { resource: "restore", message: "no backup" };
  it("leave out that a plugin has ended, where there is a cause", () => {
    assert.deepEqual(meaningful([{ resource: "", message: "preview failed" }, ...ended, cause]), [cause]);
    assert.deepEqual(meaningful(ended), ended);
  });

  it("fail with a line for each cause", () => {
    const error = new OperationError("up", "site-b", [
      { resource: "restore", message: "no backup" },
      { resource: "", message: "it stopped" },
    ]);
    assert.equal(error.message, "up of stack site-b failed:\n  restore: no backup\n  it stopped");
  });
});
