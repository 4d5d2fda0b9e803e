import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { verifiedMoment } from "../../../automation/verifiedMoment";

const ended = (type: string, op: string, outputs: object, planning = false): EngineEvent =>
  ({
    sequence: 0,
    timestamp: 0,
    resOutputsEvent: { planning, metadata: { type, op, urn: "", new: { outputs } } },
  }) as unknown as EngineEvent;
const job = "kubernetes:batch/v1:Job";
const service = "kubernetes:core/v1:Service";
const named = (name: string): object => ({ metadata: { name } });
const balanced = { status: { loadBalancer: { ingress: [{ hostname: "lb.example.com" }] } } };

describe("the moment of the verification", () => {
  async function after(...events: EngineEvent[]): Promise<string> {
    const { verified, onEvent } = verifiedMoment();
    events.forEach(onEvent);
    return Promise.race([
      verified,
      new Promise<string>((done) =>
        setImmediate(() => {
          done("not yet");
        }),
      ),
    ]);
  }

  it("comes with the end of its Job, and knows the balancer", async () => {
    assert.equal(
      await after(ended(service, "read", balanced), ended(job, "create", named("verify"))),
      "lb.example.com",
    );
    assert.equal(await after(ended(job, "replace", named("verify"))), "");
  });

  const others: [string, EngineEvent][] = [
    ["another Job", ended(job, "create", named("first-backup"))],
    ["one that was as it is", ended(job, "same", named("verify"))],
    ["one that is removed", ended(job, "delete", named("verify"))],
    ["a preview", ended(job, "create", named("verify"), true)],
    ["another kind of resource", ended("kubernetes:core/v1:ServiceAccount", "create", named("verify"))],
  ];
  for (const [what, event] of others)
    it(`does not come with ${what}`, async () => {
      assert.equal(await after(event), "not yet");
    });
});
