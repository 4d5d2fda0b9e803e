import assert from "node:assert/strict";
import { type CostPlan, costTable, monthlyCosts } from "../../../../plan/costs/monthlyCosts";
import { prices } from "../../../../plan/costs/prices";

const plan: CostPlan = {
  zones: 3,
  natGateways: 3,
  nodes: 3,
  databaseVolume: 100,
  models: 2,
  backups: { daily: 57.5, vault: 1000, replica: 2000 },
  regions: 2,
  replicationTimeControl: false,
};
const usdOf = (changes: Partial<CostPlan>, part: string): number | undefined => {
  const found = monthlyCosts({ ...plan, ...changes }).find((each) => each.part.startsWith(part));
  return found === undefined ? undefined : Math.round(found.usd * 100) / 100;
};

describe("what a month costs", () => {
  const cases: [part: string, changes: Partial<CostPlan>, usd: number | undefined][] = [
    ["EKS control plane", {}, 73],
    ["nodes, 3", {}, 210.24],
    ["… Auto Mode", {}, 25.23],
    ["… their disks", {}, 19.2],
    ["NAT gateways, 3", {}, 98.55],
    ["NAT gateways, 1", { natGateways: 1 }, 32.85],
    ["public IPv4", {}, 21.9],
    ["public IPv4", { natGateways: 1 }, 14.6],
    ["network load balancer", {}, 16.43],
    ["volume of the database, 100 GB", {}, 8],
    ["checkpoints on EFS, 2 GB", {}, 0.6],
    ["vault, 1000 GB", {}, 23],
    ["replica, 2000 GB", {}, 46],
    ["replica", { regions: 1 }, undefined],
    ["… copied to it, 1749 GB a month", {}, 34.98],
    ["… copied to it", { regions: 1 }, undefined],
    ["… with Replication Time Control", {}, undefined],
    ["… with Replication Time Control", { replicationTimeControl: true }, 26.23],
    ["KMS keys", {}, 6],
    ["KMS keys", { regions: 1 }, 5],
    ["flow logs", {}, 5.3],
    ["logs", {}, 5.3],
  ];
  for (const [part, changes, usd] of cases)
    it(`is ${usd ?? "nothing"} for ${part} with ${JSON.stringify(changes)}`, () => {
      assert.equal(usdOf(changes, part), usd);
    });

  it("is a table with its sum and the sources of its prices", () => {
    const { key, replicationTimeControl: unsourced } = prices;
    const table = costTable([
      { part: "keys", price: key, amount: 4, usd: 4 },
      { part: "promise", price: unsourced, amount: 1000, usd: 15 },
    ]);
    assert.deepEqual(
      table.split("\n").map((line) => line.replace(/ +/g, " ").replace(/-+/g, "-")),
      [
        "| part | price | a month |",
        "| - | - | - |",
        "| keys | 1 a month, and as much for each of its first two rotations ([1]) | 4.00 |",
        "| promise | 0.015 a GB (†) | 15 |",
        "| **together** | | **19** |",
        "",
        "[1]: https://aws.amazon.com/kms/pricing/",
      ],
    );
  });
});
