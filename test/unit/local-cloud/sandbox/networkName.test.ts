import assert from "node:assert/strict";
import { nameProblem, type NamedNetwork } from "../../../../local-cloud/sandbox/networkName";

describe("a sandbox's name", () => {
  const nothing: NamedNetwork = { kind: "nothing" };
  const process = (pid: number, alive: boolean): NamedNetwork => ({ kind: "process", pid, alive });
  const cases: [
    string,
    { network: NamedNetwork; purpose: string | undefined; firstPid: number | undefined },
    RegExp | undefined,
  ][] = [
    ["nobody's", { network: nothing, purpose: undefined, firstPid: undefined }, undefined],
    ["our own", { network: process(7, true), purpose: "site", firstPid: 7 }, undefined],
    [
      "our own that has died",
      { network: process(7, false), purpose: "site", firstPid: undefined },
      undefined,
    ],
    [
      "that of an object store",
      { network: process(7, true), purpose: "object store", firstPid: 7 },
      /the name a is taken by an embedded object store: give the site another name/,
    ],
    [
      "that of a network which somebody made by hand",
      { network: { kind: "other" }, purpose: undefined, firstPid: undefined },
      /lpfd-a exists that is not of this project: remove it with "ip netns delete lpfd-a"/,
    ],
    [
      "that of another state directory",
      { network: process(8, true), purpose: undefined, firstPid: undefined },
      /lpfd-a is in use by process 8, .*LSTM_PFD_STATE/,
    ],
    [
      "our own, taken over by another state directory",
      { network: process(8, true), purpose: "site", firstPid: 7 },
      /in use by process 8/,
    ],
  ];
  for (const [whose, found, message] of cases) {
    it(`may ${message ? "not " : ""}be ${whose}`, () => {
      const problem = nameProblem("a", "site", found);
      if (message === undefined) assert.equal(problem, undefined);
      else assert.match(problem ?? "", message);
    });
  }
});
