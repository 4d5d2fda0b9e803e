import assert from "node:assert/strict";
import {
  isAtLeast,
  parsePgBackRestVersion,
  type PgBackRestVersion,
} from "../../../../jobs/database/pgbackrestVersion";
import { Failure } from "../../../../lib/failure";
import { PgBackRestError, PgBackRestTimeout } from "../../../../jobs/database/pgbackrest";
import { readBack } from "../../../../jobs/database/readBack";
import type { Verification } from "../../../../jobs/database/verification";
import { verifyDatabase } from "../../../../jobs/database/verifyDatabase";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { committedRecord } from "./samples";

const verification = (backups: Record<string, string>, invalidWal: string[] = []): Verification => ({
  status: "ok",
  general: undefined,
  backups,
  invalidWal,
  invalidFiles: [],
});

describe("pgBackRest's version", () => {
  const cases: [string, PgBackRestVersion][] = [
    ["pgBackRest 2.45\n", [2, 45]],
    ["pgBackRest 2.59.1\n", [2, 59]],
    ["pgBackRest 2.58.0\n", [2, 58]],
  ];
  for (const [output, version] of cases)
    it(`is read from "${output.trim()}"`, () => {
      assert.deepEqual(parsePgBackRestVersion(output), version);
    });

  it("is told from none", () => {
    assert.throws(
      () => parsePgBackRestVersion("command not found"),
      /does not tell its version: "command not/,
    );
  });

  it("is compared as numbers", () => {
    assert.ok(isAtLeast([2, 55], [2, 55]) && isAtLeast([2, 100], [2, 55]) && isAtLeast([3, 0], [2, 55]));
    assert.ok(!isAtLeast([2, 9], [2, 55]) && !isAtLeast([1, 99], [2, 55]));
  });
});

describe("reading a backup back", () => {
  const backup = {
    label: "20260102-000000F_20260102-060000I",
    references: ["20260102-000000F"],
    walStart: "000000010000000000000008",
  };

  interface Call {
    set: string | undefined;
    timeoutMs: number | undefined;
  }

  function repository(version: PgBackRestVersion, answer: Verification | Error) {
    const calls: Call[] = [];
    return {
      calls,
      version: () => Promise.resolve(version),
      verify: (set?: string, timeoutMs?: number) => {
        calls.push({ set, timeoutMs });
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    };
  }

  const inMinutes = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);

  async function read(pgBackRest: ReturnType<typeof repository>, endsAt = inMinutes(90)) {
    const lines: string[] = [];
    const damage = await readBack(pgBackRest, backup, endsAt, (line) => lines.push(line));
    return { damage, lines };
  }

  it("reads its own set alone from 2.55 on, where what it stands on is not listed", async () => {
    const pgBackRest = repository([2, 55], verification({ [backup.label]: "valid" }));
    assert.deepEqual(await read(pgBackRest), { damage: [], lines: [`reading backup ${backup.label} back`] });
    assert.deepEqual(pgBackRest.calls, [{ set: backup.label, timeoutMs: undefined }]);
  });

  it("reads the whole repository below that, what it stands on included, and says so", async () => {
    const pgBackRest = repository([2, 54], verification({ [backup.label]: "valid" }));
    assert.deepEqual(await read(pgBackRest), {
      damage: ["backup 20260102-000000F: not found"],
      lines: ["reading the whole repository: pgBackRest 2.54 cannot read one backup alone"],
    });
    assert.equal(pgBackRest.calls[0]?.set, undefined);
  });

  it("has for the whole repository what is left of the run, and something even where nothing is", async () => {
    for (const [minutes, least, most] of [
      [90, 88, 89],
      [0, 0, 1],
    ] as const) {
      const pgBackRest = repository([2, 45], verification({}));
      await read(pgBackRest, inMinutes(minutes));
      const timeoutMs = pgBackRest.calls[0]?.timeoutMs ?? 0;
      assert.ok(timeoutMs > least * 60_000 && timeoutMs <= most * 60_000, String(timeoutMs));
    }
  });

  it("says that the time was not enough for the whole repository, and what to do", async () => {
    const pgBackRest = repository([2, 45], new PgBackRestTimeout("verify", 5340));
    await assert.rejects(read(pgBackRest), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(
        error.message,
        /20260102-060000I does not count: pgBackRest 2\.45 .* 89 min .* not enough; .*2\.55.*walRetentionDays/,
      );
      return true;
    });
  });

  it("passes on any other failure as it is", async () => {
    const refused = new PgBackRestError("verify", 39, "access denied", undefined);
    await assert.rejects(read(repository([2, 45], refused)), (error) => error === refused);
  });

  it("finds the set damaged, or not there", async () => {
    const damaged = repository([2, 58], verification({ [backup.label]: "invalid" }));
    assert.deepEqual((await read(damaged)).damage, [`backup ${backup.label}: invalid`]);
    assert.deepEqual((await read(repository([2, 58], verification({})))).damage, [
      `backup ${backup.label}: not found`,
    ]);
  });
});

describe("the verification of the whole repository", () => {
  const labels = ["20260101-000000F", "20260102-000000F"];
  let store: FakeObjectStore;
  beforeEach(async () => {
    store = await startFakeObjectStore();
    labels.forEach(commit);
  });
  afterEach(() => store.close());

  function commit(label: string): void {
    store.objects.set(committedKey(label), Buffer.from(JSON.stringify(committedRecord(label))));
  }
  const committedKey = (label: string): string => `wal/generation-0001/committed/${label}.json`;

  const verify = (answer: Verification, meanwhile: () => void = () => undefined) =>
    verifyDatabase(
      {
        storage: store.storage,
        generation: 1,
        pgBackRest: {
          verify: (set) => {
            assert.equal(set, undefined);
            meanwhile();
            return Promise.resolve(answer);
          },
        },
      },
      () => undefined,
    );
  const valid = verification(Object.fromEntries(labels.map((label) => [label, "valid"])));

  it("holds when all that counts is valid", async () => {
    const { action, backups } = await verify({
      ...valid,
      backups: { ...valid.backups, "20251231-000000F": "invalid" },
    });
    assert.deepEqual({ action, backups }, { action: "verified", backups: labels });
  });

  it("fails for a committed backup that is damaged or not there", async () => {
    await assert.rejects(
      verify(verification({ "20260101-000000F": "valid" })),
      /20260102-000000F: not found; run a full/,
    );
  });

  it("fails for WAL that a committed backup needs, not for older", async () => {
    await verify({ ...valid, invalidWal: ["000000010000000000000001"] });
    await assert.rejects(
      verify({ ...valid, invalidWal: ["000000010000000000000002"] }),
      /WAL segment 000000010000000000000002: damaged/,
    );
  });

  it("does not miss what was expired while it read", async () => {
    const answer = verification({ "20260102-000000F": "valid" });
    const { backups } = await verify(answer, () => {
      store.objects.delete(committedKey("20260101-000000F"));
    });
    assert.deepEqual(backups, ["20260102-000000F"]);
  });

  it("fails where there is nothing to verify", async () => {
    labels.forEach((label) => store.objects.delete(committedKey(label)));
    await assert.rejects(verify(valid), /no committed backup, so there is nothing to verify/);
  });
});
