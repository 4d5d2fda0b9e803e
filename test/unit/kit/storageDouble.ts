import { createHash } from "node:crypto";
import type { KitStorage } from "../../../kit/kitBucket";
import { recoveryKitKey } from "../../../plan/configObjects";

/** A bucket in memory that keeps versions, and what a test can do to it. */
export interface StorageDouble extends KitStorage {
  /** Current content by key. */
  get: (key: string) => string | undefined;
  put: (key: string, text: string) => void;
  hide: (key: string) => void;
  /** Runs before the next call of this kind, and may change the bucket or throw. */
  before: { read?: (() => void) | undefined; write?: (() => void) | undefined };
  /** What is made of the condition of a write. @default true */
  keepsConditions: boolean;
  /** What is made of a text that is written. @default nothing */
  mangle: (text: string) => string;
  writes: number;
}

/** @returns a bucket without anything in it */
export function storageDouble(): StorageDouble {
  const versions = new Map<string, { id: string; text: string | undefined }[]>();
  const of = (key: string) => versions.get(key) ?? [];
  const get = (key: string): string | undefined => of(key)[0]?.text;
  let count = 0;
  const add = (key: string, text: string | undefined): void => {
    count += 1;
    versions.set(key, [{ id: `v${count}`, text }, ...of(key)]);
  };
  const take = (kind: "read" | "write"): void => {
    const act = double.before[kind];
    double.before[kind] = undefined;
    act?.();
  };
  const double: StorageDouble = {
    get,
    put: add,
    hide: (key) => {
      add(key, undefined);
    },
    before: {},
    keepsConditions: true,
    mangle: (text) => text,
    writes: 0,
    readText: (key, version) => {
      if (key === recoveryKitKey) take("read");
      const text = version === undefined ? get(key) : of(key).find(({ id }) => id === version)?.text;
      return Promise.resolve(text === undefined ? undefined : { text, etag: etagOf(text) });
    },
    writeText: (key, text, condition) => {
      if (key === recoveryKitKey && !("ifMatch" in condition && condition.ifMatch.includes("no-object")))
        take("write");
      const there = get(key);
      const holds =
        "ifAbsent" in condition
          ? there === undefined
          : there !== undefined && etagOf(there) === condition.ifMatch;
      if (!holds && double.keepsConditions) return Promise.resolve(there === text);
      double.writes += 1;
      add(key, double.mangle(text));
      return Promise.resolve(true);
    },
    versionsOf: (key) =>
      Promise.resolve(
        of(key).flatMap(({ id, text }, index) =>
          text === undefined
            ? []
            : [{ id, modifiedAt: new Date("2026-01-01T00:00:00Z"), current: index === 0 }],
        ),
      ),
    deleted: (prefix) =>
      Promise.resolve([...versions.keys()].filter((key) => key.startsWith(prefix) && get(key) === undefined)),
    close: () => undefined,
  };
  return double;
}

function etagOf(text: string): string {
  return `"${createHash("md5").update(text).digest("hex")}"`;
}
