import type { Stuck, StuckKind } from "./stuckPods";

const minute = 60_000;

/**
 * How long each kind may last, in milliseconds: a registry that stumbles, a Secret that comes a moment later, a volume that is
 * still on another node, a node that is made first, which takes EKS Auto Mode a minute or two.
 */
export const graces: Record<StuckKind, number> = {
  image: 3 * minute,
  configuration: 3 * minute,
  noPod: 3 * minute,
  volume: 10 * minute,
  node: 10 * minute,
  // It has been tried often enough.
  credentials: 0,
};

/** What to do about each kind. */
const remedies: Record<StuckKind, string> = {
  image:
    "check the image's reference (the keys lstm-pfd:image…), that the registry has it, and that the nodes may pull it; then run the same command again",
  configuration:
    "see that what it names is there, in this namespace and under this name; then run the same command again",
  noPod: "take away what refuses the pod (a quota, an admission rule); then run the same command again",
  volume:
    "look at the claim and its StorageClass (kubectl describe pvc), and whether another pod still holds the volume; then run the same command again",
  credentials: "then run the same command again",
  node: "see that a node fits, or can be made: its size, its zone, its taints, the account's quota; then run the same command again",
};

/** Something that has lasted too long. */
export interface Verdict extends Stuck {
  /** For people: pod, container, reason, for how long, and what to do. */
  sentence: string;
}

/**
 * Remembers since when what is stuck, over the pods that a Job makes one after another.
 * @param limits in milliseconds @default {@link graces}
 */
export function patience(limits: Record<StuckKind, number> = graces): {
  /** @returns what has lasted too long at `nowMs` */
  judge(stuck: readonly Stuck[], nowMs: number): Verdict[];
} {
  const since = new Map<string, { at: number; reason: string }>();
  const keyOf = ({ job, kind }: Stuck): string => `${kind} ${job}`;
  return {
    judge(stuck, nowMs) {
      const current = new Set(stuck.map(keyOf));
      for (const key of since.keys()) if (!current.has(key)) since.delete(key);
      return stuck.flatMap((item) => {
        const key = keyOf(item);
        const { at, reason } = since.get(key) ?? { at: nowMs, reason: "" };
        // Between two tries Kubernetes says only that it waits.
        const telling = item.reason.length > reason.length ? item.reason : reason;
        since.set(key, { at, reason: telling });
        if (nowMs - at < limits[item.kind]) return [];
        return [{ ...item, reason: telling, sentence: sentence({ ...item, reason: telling }, nowMs - at) }];
      });
    },
  };
}

/** Where it is stuck and why, without how long. */
export function whereAndWhy({ pod, container, reason }: Omit<Stuck, "job" | "kind">): string {
  const where = [
    pod === "" ? "no pod" : `pod ${pod}`,
    ...(container === "" ? [] : [`container ${container}`]),
  ];
  return `${where.join(", ")}: ${reason.replace(/\s+/g, " ").trim()}`;
}

function sentence(stuck: Stuck, lastedMs: number): string {
  const lasted = `for ${Math.round(lastedMs / minute)} min`;
  return `${whereAndWhy(stuck)} (${lasted}); ${remedies[stuck.kind]}`;
}
