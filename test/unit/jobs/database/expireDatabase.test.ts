import assert from "node:assert/strict";
import { committedKey } from "../../../../jobs/database/committedRecord";
import { expireDatabase } from "../../../../jobs/database/expireDatabase";
import type { BaseBackup, StanzaInfo } from "../../../../jobs/database/stanzaInfo";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { baseBackup, stanzaInfo } from "./samples";

const day = (number: number): string => `2026010${number}`;
const full = (number: number): BaseBackup =>
  baseBackup({ label: `${day(number)}-000000F`, stoppedAt: new Date(`2026-01-0${number}T00:01:00Z`) });
const quiet = (): undefined => undefined;

describe("an expiry", () => {
  let store: FakeObjectStore;
  let answers: StanzaInfo[];
  let keeps: number[];
  beforeEach(async () => {
    store = await startFakeObjectStore();
    store.now = () => new Date("2026-01-04T12:00:00Z");
    keeps = [];
    for (const number of [1, 2, 3, 4])
      store.objects.set(committedKey(1, full(number).label), Buffer.from("{}"));
  });
  afterEach(() => store.close());

  const backups = (...numbers: number[]): StanzaInfo => stanzaInfo(numbers.map(full));
  const expire = (requireOwn = () => Promise.resolve()) =>
    expireDatabase(
      {
        storage: store.storage,
        pgBackRest: {
          info: () =>
            Promise.resolve(
              answers.length > 1 ? (answers.shift() as StanzaInfo) : (answers[0] as StanzaInfo),
            ),
          expire: (fulls: number) => {
            keeps.push(fulls);
            return Promise.resolve();
          },
        },
        generation: 1,
        requireOwn,
        windowDays: 2,
      },
      quiet,
    );

  it("keeps the base of the window and what is younger, and forgets the records of what is gone", async () => {
    answers = [backups(1, 2, 3, 4), backups(1, 2, 3, 4), backups(2, 3, 4)];
    const { expired } = await expire();
    assert.deepEqual(keeps, [3]);
    assert.deepEqual(expired, [full(1).label]);
    assert.equal(store.objects.has(committedKey(1, full(1).label)), false);
    assert.equal(store.objects.has(committedKey(1, full(2).label)), true);
  });

  it("removes nothing when a full backup has ended since they were counted: one too few would stay", async () => {
    answers = [backups(1, 2, 3), backups(1, 2, 3, 4)];
    await assert.rejects(
      expire(),
      /a full backup has ended while the expiry was planned; nothing was removed/,
    );
    assert.deepEqual(keeps, []);
  });

  it("says so loudly when one has ended all the same, and the base went", async () => {
    answers = [backups(1, 2, 3, 4), backups(1, 2, 3, 4), backups(3, 4)];
    await assert.rejects(
      expire(),
      /20260102-000000F, the base of the window of 2 days, was removed .*former versions/,
    );
    assert.equal(store.objects.has(committedKey(1, full(2).label)), true, "its record stays");
  });

  it("goes by the store's clock, and removes nothing where that does not say", async () => {
    store.now = undefined;
    answers = [backups(1, 2, 3, 4)];
    await assert.rejects(expire(), /does not say what time it is; nothing was removed/);
    assert.deepEqual(keeps, []);
  });

  it("removes nothing once another site has taken over", async () => {
    answers = [backups(1, 2, 3, 4)];
    let asked = 0;
    const superseded = (): Promise<void> =>
      ++asked > 1 ? Promise.reject(new Error("site B has taken over")) : Promise.resolve();
    await assert.rejects(expire(superseded), /site B has taken over/);
    assert.deepEqual(keeps, []);
  });
});
