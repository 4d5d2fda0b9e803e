import assert from "node:assert/strict";
import { whereToPoint } from "../../../cli/whereToPoint";

const outputs = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, secret: false }]));

describe("the last line of an up", () => {
  const site = { host: "lstm-pfd.example.com", address: "b.elb.amazonaws.com" };

  it("says what to point where, as long as nothing does it", () => {
    const said =
      "DNS: point lstm-pfd.example.com at b.elb.amazonaws.com now; no client is led to this site before that\n";
    assert.equal(whereToPoint(outputs({ ...site, dnsPointed: false })), said);
    assert.equal(whereToPoint(outputs(site)), said);
  });

  it("says what was done where the stack has a zone", () => {
    assert.match(
      whereToPoint(outputs({ ...site, dnsPointed: true })),
      /^DNS: lstm-pfd\.example\.com leads to b\.elb/,
    );
  });

  for (const nothing of [{}, { host: "", address: "b" }, { host: "a.example.com", address: "" }])
    it(`is not there for ${JSON.stringify(nothing)}`, () => {
      assert.equal(whereToPoint(outputs(nothing)), "");
    });
});
