import assert from "node:assert/strict";
import {
  databaseNodePoolSpec,
  databaseWindowRule,
  disruptionBudgets,
} from "../../../../plan/aws/databaseNodes";
import { productionResources } from "../../../../plan/resources";

describe("the window of the database's node", () => {
  const table: [text: string, holds: boolean][] = [
    ["sun 06:00 4h", true],
    ["sat 23:59 24h", true],
    ["none", true],
    ["sun 06:00 0h", false],
    ["sun 06:00 25h", false],
    ["sun 24:00 1h", false],
    ["sun 6:00 1h", false],
    ["Sun 06:00 1h", false],
    ["sunday 06:00 1h", false],
    ["sun 06:60 1h", false],
    ["06:00 1h", false],
    ["", false],
  ];
  for (const [text, holds] of table)
    it(`${holds ? "takes" : "refuses"} "${text}"`, () => {
      assert.equal(databaseWindowRule.holds(text), holds);
    });

  const closed: [window: string, schedule: string, duration: string][] = [
    ["sun 06:00 4h", "0 10 * * 0", "164h"],
    ["wed 22:30 2h", "30 0 * * 4", "166h"],
    ["sat 23:00 2h", "0 1 * * 0", "166h"],
    ["mon 00:00 24h", "0 0 * * 2", "144h"],
    ["fri 03:15 1h", "15 4 * * 5", "167h"],
  ];
  for (const [window, schedule, duration] of closed)
    it(`forbids all but ${window}`, () => {
      assert.deepEqual(disruptionBudgets(window), [
        { nodes: "1" },
        { nodes: "0", schedule, duration, reasons: ["Drifted", "Underutilized"] },
      ]);
    });

  it("is never, where there is none", () => {
    assert.deepEqual(disruptionBudgets("none"), [{ nodes: "0", reasons: ["Drifted", "Underutilized"] }]);
  });
});

describe("databaseNodePoolSpec", () => {
  interface Spec {
    template: {
      spec: { requirements: { key: string; values: string[] }[]; expireAfter: string; taints: object[] };
    };
  }
  const least = (cpu: string, memory: string): [cpu: number, memoryMi: number] => {
    const resources = { requests: { cpu, memory }, limits: { memory } };
    const { requirements } = (databaseNodePoolSpec(resources, "none") as unknown as Spec).template.spec;
    const above = (key: string) =>
      Number(requirements.find((each) => each.key === `eks.amazonaws.com/${key}`)?.values[0]);
    return [above("instance-cpu"), above("instance-memory")];
  };

  it("asks for instances that hold the database, and a backup beside it", () => {
    // 4 GiB, and 2 GiB for the system and a backup: instances of 8 GiB do, those of 4 do not.
    assert.deepEqual(least("1", "4Gi"), [1, 6143]);
    assert.deepEqual(least("2", "16Gi"), [2, 18431]);
    assert.deepEqual(least("1500m", "512Mi"), [1, 2559]);
    assert.deepEqual(least("3900m", "512Mi")[0], 4);
  });

  it("lives as long as Auto Mode grants, the time to drain included", () => {
    const { spec } = (databaseNodePoolSpec(productionResources.database, "none") as unknown as Spec).template;
    assert.deepEqual(
      [spec.expireAfter, (spec as unknown as { terminationGracePeriod: string }).terminationGracePeriod],
      ["480h", "24h"],
    );
    assert.equal(spec.taints.length, 1);
  });
});
