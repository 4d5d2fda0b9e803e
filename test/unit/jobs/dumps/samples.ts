import type { DumpFile, DumpManifest } from "../../../../jobs/dumps/dumpManifest";

const file = (path: string): DumpFile => ({
  path,
  sizeBytes: 5000,
  sha256: "a".repeat(64),
  parts: [{ path: `${path}.00001`, sizeBytes: 5100, sha256: "b".repeat(64) }],
});

/** A manifest as a dump of one file has it. */
export const sampleManifest: DumpManifest = {
  format: 1,
  name: "backup-2026-01-15-020000",
  takenAt: "2026-01-15T02:00:01.000Z",
  database: "lstm_pfd",
  serverVersion: "15.18",
  systemId: "7300000000000000001",
  generation: 3,
  walPosition: "0/3000060",
  encoding: "UTF8",
  databaseBytes: 9_000_000,
  archive: "custom",
  tables: [
    { name: "public.datasets", rows: 2, sizeBytes: 16_384 },
    { name: "public.experiments", rows: 40, sizeBytes: 32_768 },
  ],
  largeObjects: 0,
  extensions: ["plpgsql"],
  roles: ["lstm_pfd", "postgres"],
  files: [file("dump")],
  globals: file("globals.sql"),
};
