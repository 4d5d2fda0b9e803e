import assert from "node:assert/strict";
import { hostProblem, type Host } from "../../../../local-cloud/toolchain/checkHost";

const GIB = 1024 ** 3;
const good: Host = {
  platform: "linux",
  architecture: "x64",
  uid: 0,
  capabilities: 0x1ffffffffffn,
  freeBytes: 30 * GIB,
  neededBytes: 20 * GIB,
  directory: "/var/cache",
};

describe("host check", () => {
  it("passes root on Linux with space", () => {
    assert.equal(hostProblem(good), undefined);
  });

  const refused: [string, Partial<Host>, RegExp][] = [
    ["another system", { platform: "darwin" }, /Linux on x86-64 only, this is darwin on x64.*kubeconfig/],
    ["another processor", { architecture: "arm64" }, /this is linux on arm64/],
    [
      "a user who is not root",
      { uid: 1000 },
      /needs root.*user 1000.*sudo.*--config cluster=kubeconfig .*--config objectStore=s3/,
    ],
    ["a system without users", { uid: undefined }, /needs root/],
    ["root without rights", { capabilities: 0n }, /withholds from root.*privileged.*cluster=kubeconfig/],
    [
      "a full disk",
      { freeBytes: 5 * GIB },
      /\/var\/cache has 5\.0 GiB free, but 20\.0 GiB are needed.*LSTM_PFD_CACHE/,
    ],
  ];
  for (const [what, difference, message] of refused) {
    it(`refuses ${what} with one line`, () => {
      const problem = hostProblem({ ...good, ...difference });
      assert.match(problem ?? "", message);
      assert.equal(problem?.includes("\n"), false);
    });
  }
});
