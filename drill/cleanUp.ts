import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { deleteObjectStore } from "@lstm-pfd/local-cloud/object-store";
import { deleteSite } from "@lstm-pfd/local-cloud/site";
import { endOrphans } from "./orphans";
import type { DrillSetup } from "./setup";

/** Removes everything that a drill makes, also what a killed one left half-made. */
export async function cleanUp({ directory, objectStore, siteA, siteB }: DrillSetup): Promise<void> {
  await endOrphans(directory);
  for (const { name } of [siteA, siteB]) await deleteSite(name);
  await deleteObjectStore(objectStore.name);
  if (existsSync(directory)) await rm(directory, { recursive: true });
}
