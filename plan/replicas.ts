import { range } from "./rule";

/** Pods of a workload that always runs. */
export const replicasRule = range(1, 50);

/**
 * @param minKey name of the argument for the fewest pods; `maxKey` for the most
 * @throws Error when a workload could not be scaled between the two: from no pod there is no load to measure
 */
export function checkScaling(minKey: string, min: number, maxKey: string, max: number): void {
  if (min < 1) throw new Error(`${minKey} is "${min}": must be at least 1 where pods are scaled by load`);
  if (min > max) throw new Error(`${maxKey} is "${max}": must be at least ${minKey}, ${min}`);
}
