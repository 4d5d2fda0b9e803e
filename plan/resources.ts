import type { Rule } from "./rule";

/** Parts of the application whose resources are configuration. */
export const componentNames = ["dashboard", "worker", "database", "redis"] as const;

/** One of {@link componentNames}. */
export type ComponentName = (typeof componentNames)[number];

/** What one container asks for and may take, as Kubernetes writes it. */
export interface Resources {
  requests: { cpu: string; memory: string };
  limits: { cpu?: string; memory: string };
}

/**
 * What LSTM-PFD needs in production: the figures of its own chart for the dashboard and the worker, which hold PyTorch. The database
 * requests all that it may take, so that a node short of memory never takes it from the database.
 */
export const productionResources: Record<ComponentName, Resources> = {
  dashboard: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "4Gi" } },
  worker: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "8Gi" } },
  database: { requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } },
  redis: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
};

/** What the stand-in needs that an embedded cluster runs, on a machine with 2 cores. */
export const embeddedResources: Record<ComponentName, Resources> = {
  dashboard: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "320Mi" } },
  worker: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "192Mi" } },
  database: { requests: { cpu: "200m", memory: "384Mi" }, limits: { memory: "768Mi" } },
  redis: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "96Mi" } },
};

const amountNames = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"] as const;
type AmountName = (typeof amountNames)[number];

/** Reads `requests.cpu=500m` and the like, given apart; undefined when {@link resourcesRule} is broken. */
export function parseResources(parts: readonly string[]): Resources | undefined {
  const amounts = new Map<AmountName, string>();
  for (const part of parts) {
    const [, key, amount = ""] = /^([a-z.]+)=(\w+)$/.exec(part) ?? [];
    const name = amountNames.find((each) => each === key);
    if (name === undefined || amounts.has(name)) return undefined;
    const form = name.endsWith("cpu") ? /^[1-9]\d{0,4}m?$/ : /^[1-9]\d{0,5}(Mi|Gi)$/;
    if (!form.test(amount)) return undefined;
    amounts.set(name, amount);
  }
  const [cpu, memory, mostCpu, mostMemory] = amountNames.map((name) => amounts.get(name));
  if (cpu === undefined || memory === undefined || mostMemory === undefined) return undefined;
  if (mebibytes(memory) > mebibytes(mostMemory)) return undefined;
  if (mostCpu !== undefined && thousandths(cpu) > thousandths(mostCpu)) return undefined;
  return {
    requests: { cpu, memory },
    limits: { ...(mostCpu === undefined ? {} : { cpu: mostCpu }), memory: mostMemory },
  };
}

/** As {@link parseResources} reads it. */
export function formatResources({ requests, limits }: Resources): string {
  const amounts = [requests.cpu, requests.memory, limits.cpu, limits.memory];
  return amountNames
    .flatMap((name, index) => (amounts[index] === undefined ? [] : [`${name}=${amounts[index]}`]))
    .join(",");
}

const example = formatResources(productionResources.dashboard);

/** What a container asks for and may take, in one text. */
export const resourcesRule: Rule<readonly string[]> = {
  says: `must name requests.cpu, requests.memory, limits.memory and, if wanted, limits.cpu, each once and no request above its limit, as in ${example}`,
  example: example.split(","),
  holds: (parts) => parseResources(parts) !== undefined,
};

/** Below this, PostgreSQL and what archives its WAL do not fit, MiB. */
const leastDatabaseMemory = 512;

/** The same for the database, whose settings derive from its limit. */
export const databaseResourcesRule: Rule<readonly string[]> = {
  ...resourcesRule,
  says: `${resourcesRule.says}; at least ${leastDatabaseMemory}Mi of memory`,
  holds: (parts) => mebibytes(parseResources(parts)?.limits.memory ?? "0Mi") >= leastDatabaseMemory,
};

/** MiB in an amount of memory, as in "4Gi". */
export function mebibytes(amount: string): number {
  return Number.parseInt(amount, 10) * (amount.endsWith("Gi") ? 1024 : 1);
}

function thousandths(cpu: string): number {
  return Number.parseInt(cpu, 10) * (cpu.endsWith("m") ? 1 : 1000);
}
