import assert from "node:assert/strict";
import {
  freeNumber,
  isWhole,
  portName,
  siteAddress,
  type Interface,
} from "../../../../local-cloud/sandbox/link";

describe("link to the object store", () => {
  it("has the lowest address that no other site has", () => {
    assert.equal(freeNumber([]), 2);
    assert.equal(freeNumber(["lo", "lpfd0", "site2", "site4"]), 3);
    assert.equal(siteAddress(3), "10.240.0.3");
    const all = Array.from({ length: 253 }, (_, index) => portName(index + 2));
    assert.throws(() => freeNumber(all), /253 sites already/);
  });

  const end: Interface = {
    ifname: "store0",
    flags: ["BROADCAST", "UP"],
    addr_info: [{ local: "10.240.0.3" }],
  };
  const port: Interface = { ifname: "site3", master: "lpfd0" };
  const cases: [string, Interface, Interface[], boolean][] = [
    ["with address and port", end, [port], true],
    ["without an address", { ...end, addr_info: [] }, [port], false],
    ["that is down", { ...end, flags: ["BROADCAST"] }, [port], false],
    ["whose other end is no port of the bridge", end, [{ ifname: "site3" }], false],
    ["whose other end is gone", end, [{ ifname: "site2", master: "lpfd0" }], false],
  ];
  for (const [what, existing, ports, expected] of cases) {
    it(`is ${expected ? "" : "not "}whole ${what}`, () => {
      assert.equal(isWhole(existing, ports), expected);
    });
  }
});
