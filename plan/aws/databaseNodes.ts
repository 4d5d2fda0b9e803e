import { mebibytes, type Resources } from "../resources";
import type { Rule } from "../rule";
import { databaseNodes } from "../names";

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const hoursOfWeek = 168;

/** A time of the week, UTC. */
interface Window {
  /** 0 is Sunday, as in cron. */
  day: number;
  hour: number;
  minute: number;
  lengthHours: number;
}

/** When the database's node may be replaced; never by choice, where it is none. */
export const databaseWindowRule: Rule = {
  says: "must be a day of the week, a time in UTC and a length of 1 to 24 hours, as in sun 06:00 4h, or none",
  example: "sun 06:00 4h",
  holds: (text) => text === "none" || parseWindow(text) !== undefined,
};

function parseWindow(text: string): Window | undefined {
  const parts = /^([a-z]{3}) ([01]\d|2[0-3]):([0-5]\d) ([1-9]|1\d|2[0-4])h$/.exec(text);
  const day = days.findIndex((each) => each === parts?.[1]);
  if (parts === null || day < 0) return undefined;
  const [hour = 0, minute = 0, lengthHours = 0] = parts.slice(2).map(Number);
  return { day, hour, minute, lengthHours };
}

/** A limit on how many nodes may be replaced at once, as Karpenter has it. */
export interface DisruptionBudget {
  nodes: string;
  schedule?: string;
  duration?: string;
  reasons?: string[];
}

/**
 * Budgets that let a node be replaced in the window alone. Karpenter takes the strictest budget of those in force, and knows no budget
 * that allows more: so one forbids, from the end of each window to the beginning of the next. A node without pods may always go.
 * @param window keeps {@link databaseWindowRule}
 */
export function disruptionBudgets(window: string): DisruptionBudget[] {
  const reasons = ["Drifted", "Underutilized"];
  const parsed = parseWindow(window);
  if (parsed === undefined) return [{ nodes: "0", reasons }];
  const end = parsed.hour + parsed.lengthHours;
  const day = (parsed.day + Math.floor(end / 24)) % days.length;
  return [
    { nodes: "1" },
    {
      nodes: "0",
      schedule: `${parsed.minute} ${end % 24} * * ${day}`,
      duration: `${hoursOfWeek - parsed.lengthHours}h`,
      reasons,
    },
  ];
}

/** What the system and the kubelet keep of a node, and what a backup takes while it runs, MiB. */
const besidePodsMi = 2048;

/** Hours to drain a node: what Auto Mode takes where nothing is said, and the longest that a pod's budget holds it. */
const drainHours = 24;

/** Hours that a node lives, drained within them: the 21 days that Auto Mode grants at most. */
const lifeHours = 21 * 24;

/**
 * Spec of the NodePool that the database's pods run on, and nothing else does. Its nodes have room for the database's limit, which
 * its restore has as well, and beside it for a backup. Karpenter replaces a node whose image is not the
 * newest, which is so about once a week, and does it in the window. Expiry asks no budget, so it is as late as it can be.
 * @param resources of the database
 * @param window keeps {@link databaseWindowRule}
 */
export function databaseNodePoolSpec(resources: Resources, window: string): Record<string, unknown> {
  const memoryMi = mebibytes(resources.limits.memory) + besidePodsMi;
  const { label, value } = databaseNodes;
  return {
    template: {
      metadata: { labels: { [label]: value } },
      spec: {
        nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: "default" },
        requirements: [
          requirement("karpenter.sh/capacity-type", "In", "on-demand"),
          requirement("kubernetes.io/arch", "In", "amd64"),
          requirement("eks.amazonaws.com/instance-category", "In", "c", "m", "r"),
          requirement("eks.amazonaws.com/instance-generation", "Gt", "4"),
          requirement("eks.amazonaws.com/instance-cpu", "Gt", String(cpusBelow(resources.requests.cpu))),
          requirement("eks.amazonaws.com/instance-memory", "Gt", String(memoryMi - 1)),
        ],
        taints: [{ key: label, value, effect: "NoSchedule" }],
        expireAfter: `${lifeHours - drainHours}h`,
        terminationGracePeriod: `${drainHours}h`,
      },
    },
    disruption: {
      // Between the restore and the start of the server a node is empty.
      consolidationPolicy: "WhenEmpty",
      consolidateAfter: "1h",
      budgets: disruptionBudgets(window),
    },
  };
}

function requirement(key: string, operator: "In" | "Gt", ...values: string[]): object {
  return { key, operator, values };
}

/** CPUs that are too few: a fifth of one is left to the system and the other pods. */
function cpusBelow(request: string): number {
  const cpus = Number.parseInt(request, 10) / (request.endsWith("m") ? 1000 : 1);
  return Math.max(1, Math.ceil(cpus + 0.2) - 1);
}
