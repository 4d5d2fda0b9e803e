import assert from "node:assert/strict";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { rehearse } from "../../../automation/rehearse";
import { generationName, walPrefix } from "../../../plan/repository";
import { runNames } from "../../../plan/names";
import { type Lives, livesTable, rowsOfLife } from "./lives";

const MINUTE = 60_000;

/**
 * The janitor's run, after claims were withdrawn whose paths hold WAL. Those lead nowhere, so that they go however young they are; the
 * store's clock cannot be put forward for others.
 */
export function collectionCases(lives: Lives): void {
  it("removes the paths of withdrawn claims, and of nothing that leads anywhere", async () => {
    const { database } = lives;
    await database.runCronJob(runNames.databaseFull, "full-before-expiry", 300);
    const { generations } = await lives.lineage();
    const before = await holding();
    const gone = generations.flatMap(({ number, outcome }) =>
      outcome?.state === "withdrawn" && before.includes(number) ? [number] : [],
    );
    assert.notDeepEqual(gone, [], "no withdrawn claim has left anything");
    const report = (await database.runCronJob(runNames.databaseExpiry, "expiry", 300)) as {
      collected?: number[];
    };
    assert.deepEqual(report.collected, gone);
    assert.deepEqual(
      await holding(),
      before.filter((number) => !gone.includes(number)),
    );
    const after = await lives.lineage();
    assert.deepEqual(
      after.generations.filter(({ collected }) => collected !== undefined).map(({ number }) => number),
      gone,
    );
  }).timeout(8 * MINUTE);

  it("leaves a lineage that a rehearsal reads to its end", async () => {
    const rehearsed = (await rehearse(lives.database)) as Record<string, unknown>;
    assert.equal((rehearsed["rowCounts"] as Record<string, number>)[livesTable], lives.written * rowsOfLife);
  }).timeout(6 * MINUTE);

  /** Generations whose path holds anything that is not hidden. */
  async function holding(): Promise<number[]> {
    const { generations } = await lives.lineage();
    const found: number[] = [];
    for (const { number } of generations) {
      const { KeyCount = 0 } = await lives.admin.send(
        new ListObjectsV2Command({
          Bucket: lives.setup.bucket,
          Prefix: `${walPrefix}${generationName(number)}/`,
          MaxKeys: 1,
        }),
      );
      if (KeyCount > 0) found.push(number);
    }
    return found;
  }
}
