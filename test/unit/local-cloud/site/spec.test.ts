import assert from "node:assert/strict";
import { specProblems, type SiteSpec } from "../../../../local-cloud/site";
import { spaceProblem } from "../../../../local-cloud/site/space";

describe("disk of a site", () => {
  it("has room for one, or is named with what to do", () => {
    assert.equal(spaceProblem(3 * 1024 ** 3, "/var/lib"), undefined);
    assert.match(
      spaceProblem(1024 ** 3, "/var/lib") ?? "",
      /^\/var\/lib has 1\.0 GiB free, but a site needs 3\.0 GiB: .*LSTM_PFD_STATE/,
    );
  });
});

describe("spec of a site", () => {
  const available = { kubernetesVersion: "1.36.3", images: ["docker.io/lstm-pfd/redis:1"] };
  const good = { name: "site-a", apiPort: 16443, images: available.images, kubernetesVersion: "1.36.3" };

  it("is taken when all of it can be had", () => {
    assert.deepEqual(specProblems(good, available), []);
    assert.deepEqual(specProblems({ ...good, objectStore: "vault" }, available), []);
  });

  const refused: [Partial<SiteSpec>, keyof SiteSpec, RegExp][] = [
    [{ name: "" }, "name", /must be small letters/],
    [{ name: "Site" }, "name", /is "Site": must be small letters/],
    [{ name: "../etc" }, "name", /must be small letters/],
    [{ name: "site-" }, "name", /must be small letters/],
    [{ name: "a".repeat(41) }, "name", /at most 40/],
    [{ apiPort: 80 }, "apiPort", /is 80: must be a port from 1024/],
    [{ apiPort: 70000 }, "apiPort", /to 65535/],
    [{ apiPort: 2000.5 }, "apiPort", /must be a port/],
    [{ objectStore: "A" }, "objectStore", /is "A"/],
    [{ objectStore: "site-a" }, "name", /must differ/],
    [
      { kubernetesVersion: "1.35.0" },
      "kubernetesVersion",
      /is "1\.35\.0", but the toolchain brings 1\.36\.3/,
    ],
    [{ images: ["docker.io/x:1"] }, "images", /has docker\.io\/x:1, which the toolchain does not bring/],
  ];
  for (const [difference, property, reason] of refused) {
    it(`is refused with ${JSON.stringify(difference)}`, () => {
      const problems = specProblems({ ...good, ...difference }, available);
      assert.deepEqual(
        problems.map((problem) => problem.property),
        [property],
      );
      assert.match(problems[0]?.reason ?? "", reason);
    });
  }
});
