import { type Price, prices } from "./prices";
import type { StoredBackups } from "./storedBackups";

/** What the production stacks are made of, as far as it costs. */
export interface CostPlan {
  /** Availability zones of the platform. */
  zones: number;
  natGateways: number;
  nodes: number;
  /** GB of the database's volume, as it is provisioned. */
  databaseVolume: number;
  /** GB of checkpoints in the shared file system. */
  models: number;
  backups: StoredBackups;
  /** Regions that hold the backups: the vault's alone, or that of the replica too. */
  regions: 1 | 2;
  replicationTimeControl: boolean;
}

/** One line of the table. */
export interface Cost {
  part: string;
  price: Price;
  /** How often, or how much of it, in a month. */
  amount: number;
  /** USD a month. */
  usd: number;
}

const hours = 730;
const daysOfMonth = 365 / 12;
/** GB. */
const nodeDisk = 80;
const logs = 10;

/** What a month costs, without what hangs on use: traffic of clients, reads and writes, more nodes under load. */
export function monthlyCosts(plan: CostPlan): Cost[] {
  const { backups, natGateways, nodes, zones } = plan;
  const copied = backups.daily * daysOfMonth;
  const gb = (value: number): string => `${Math.round(value)} GB`;
  const twoRegions = plan.regions === 2;
  return [
    cost("EKS control plane, standard support", prices.controlPlane, hours),
    cost(`nodes, ${nodes}`, prices.node, nodes * hours),
    cost("… Auto Mode on them", prices.autoMode, nodes * hours),
    cost(`… their disks, ${nodeDisk} GB each`, prices.blockStorage, nodes * nodeDisk),
    cost(`NAT gateways, ${natGateways}`, prices.nat, natGateways * hours),
    cost("public IPv4 addresses of NAT and balancer", prices.publicAddress, (natGateways + zones) * hours),
    cost("network load balancer", prices.balancer, hours),
    cost(`volume of the database, ${gb(plan.databaseVolume)}`, prices.blockStorage, plan.databaseVolume),
    cost(`checkpoints on EFS, ${gb(plan.models)}`, prices.fileSystem, plan.models),
    cost(`vault, ${gb(backups.vault)}`, prices.objectStorage, backups.vault),
    ...(twoRegions
      ? [
          cost(`replica, ${gb(backups.replica)}`, prices.objectStorage, backups.replica),
          cost(`… copied to it, ${gb(copied)} a month`, prices.betweenRegions, copied),
        ]
      : []),
    ...(twoRegions && plan.replicationTimeControl
      ? [cost("… with Replication Time Control", prices.replicationTimeControl, copied)]
      : []),
    cost("KMS keys: backups, Secrets, checkpoints, logs, state", prices.key, twoRegions ? 6 : 5),
    cost(`logs of the control plane, ${logs} GB`, prices.logs, logs),
    cost(`flow logs of the network, ${logs} GB`, prices.logs, logs),
  ];
}

function cost(part: string, price: Price, amount: number): Cost {
  return { part, price, amount, usd: price.usd * amount };
}

/** The table as Markdown, with its sum and its sources. */
export function costTable(costs: readonly Cost[]): string {
  const sources = [...new Set(costs.flatMap(({ price }) => price.source ?? []))];
  const mark = ({ source }: Price): string =>
    source === undefined ? "(†)" : `([${sources.indexOf(source) + 1}])`;
  const rows = [
    ["part", "price", "a month"],
    ...costs.map(({ part, price, usd }) => [part, `${price.usd} ${price.per} ${mark(price)}`, money(usd)]),
    ["**together**", "", `**${money(costs.reduce((sum, { usd }) => sum + usd, 0))}**`],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [
    ...[lines[0] ?? "", rule, ...lines.slice(1)],
    "",
    ...sources.map((source, index) => `[${index + 1}]: ${source}`),
  ].join("\n");
}

function money(usd: number): string {
  return usd < 10 ? usd.toFixed(2) : String(Math.round(usd));
}
