import assert from "node:assert/strict";
import { balancerAddress } from "../../../plan/ingress";

describe("the address of a balancer", () => {
  for (const [status, address] of [
    [{ loadBalancer: { ingress: [{ hostname: "a.elb.amazonaws.com" }] } }, "a.elb.amazonaws.com"],
    [{ loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } }, "192.0.2.1"],
    [{ loadBalancer: { ingress: [{ ip: "192.0.2.1", hostname: "b.example.com" }] } }, "b.example.com"],
    [{ loadBalancer: { ingress: [] } }, ""],
    [{ loadBalancer: {} }, ""],
    [{}, ""],
    [undefined, ""],
  ] as const)
    it(`in ${JSON.stringify(status)} is "${address}"`, () => {
      assert.equal(
        balancerAddress(status === undefined ? undefined : (structuredClone(status) as object)),
        address,
      );
    });
});
