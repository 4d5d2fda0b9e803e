import assert from "node:assert/strict";
import { postgresMemory, postgresSharedMemoryMi, redisMaxMemoryMi } from "../../../plan/postgresMemory";

/** MiB of a setting. */
function mi(setting: string): number {
  return Number.parseInt(setting, 10) / (setting.endsWith("kB") ? 1024 : 1);
}

describe("postgresMemory", () => {
  const table: [
    limitMi: number,
    buffers: string,
    cache: string,
    work: string,
    upkeep: string,
    most: number,
  ][] = [
    [512, "85MB", "384MB", "1457kB", "32MB", 100],
    [768, "128MB", "576MB", "2184kB", "48MB", 100],
    [1024, "256MB", "768MB", "2621kB", "64MB", 100],
    [4096, "1024MB", "3072MB", "10485kB", "256MB", 100],
    [8192, "2048MB", "6144MB", "10485kB", "512MB", 200],
    [16384, "4096MB", "12288MB", "10485kB", "1024MB", 400],
    [65536, "16384MB", "49152MB", "33554kB", "1024MB", 500],
  ];
  for (const [limitMi, buffers, cache, work, upkeep, most] of table)
    it(`fits ${limitMi} MiB`, () => {
      const memory = postgresMemory(limitMi);
      assert.deepEqual(memory, {
        sharedBuffers: buffers,
        effectiveCacheSize: cache,
        workMem: work,
        maintenanceWorkMem: upkeep,
        maxConnections: most,
      });
      const atMost =
        mi(memory.sharedBuffers) +
        2 * mi(memory.workMem) * memory.maxConnections +
        3 * mi(memory.maintenanceWorkMem);
      assert.ok(atMost < limitMi, `${atMost} MiB`);
    });

  it("gives parallel queries and Redis a share of their limit", () => {
    assert.deepEqual([512, 4096].map(postgresSharedMemoryMi), [128, 512]);
    assert.deepEqual([96, 1024].map(redisMaxMemoryMi), [64, 682]);
  });
});
