import type { OutputMap } from "@pulumi/pulumi/automation";
import { type Layer, openLayer, upPlatform } from "../automation/layers";
import { countChanges, refresh, up } from "../automation/operation";
import { fetchKit } from "../kit/fetchKit";
import { openVault, type VaultAccess } from "../kit/openVault";
import { settingsOf, takeKit } from "../kit/takeKit";
import { type Dependencies, dependenciesOf } from "./criticalPath";
import { generationOfSiteA, recoveredLayer } from "./drillConfig";
import type { DrillPlan } from "./plan";
import type { DrillSetup } from "./setup";
import { recordEvents, timelineOf } from "./timeline";
import type { Timeline } from "./timelineRows";

/** The recovery as it was seen from outside. */
export interface Recovered {
  /** ISO: start of `up`, and success of the verification; undefined when it never succeeded. */
  from: string;
  to: string | undefined;
  timeline: Timeline;
  outputs: OutputMap;
  /** Its stack; undefined when there was no kit to make it from. */
  layer: Layer | undefined;
  error: Error | undefined;
}

/**
 * `up` on a fresh stack, from the address of the bucket, keys that read nothing but the sealed kit there, and the passphrase. A failure is
 * part of the result.
 */
export async function recoverSiteB(
  { engine, setup, signal }: DrillPlan,
  access: VaultAccess,
  nonce: string,
  detail: (text: string) => void,
): Promise<Recovered> {
  const stacks = { ...engine, directory: setup.siteB.directory };
  const { onEvent, events } = recordEvents();
  const from = new Date().toISOString();
  let outputs: OutputMap = {};
  let layer: Layer | undefined;
  let error: Error | undefined;
  const fail = (caught: unknown): void => {
    signal.throwIfAborted();
    // Why the recovery failed counts more than how its parts hang together.
    error ??= caught instanceof Error ? caught : new Error(String(caught));
  };
  try {
    detail("recovery kit out of the vault");
    const settings = await kitOutOfVault(setup, access);
    layer = recoveredLayer(setup, setup.siteB, settings, {
      expectNonce: nonce,
      takeOver: generationOfSiteA,
    });
    outputs = (await upPlatform(stacks, layer, { detail, signal, onEvent })).outputs;
  } catch (caught) {
    fail(caught);
  }
  let dependencies: Dependencies | undefined;
  try {
    if (layer === undefined) throw new Error("site B has no stack");
    const opened = await openLayer(stacks, layer, "platform");
    dependencies = dependenciesOf((await opened.exportStack()).deployment as unknown);
  } catch (caught) {
    fail(caught);
  }
  const timeline = timelineOf(events, dependencies);
  const verification = timeline.rows.find(
    ({ name, type, failed }) => name === "verification" && type.endsWith(":Job") && !failed,
  );
  return { from, to: verification?.endedAt, timeline, outputs, layer, error };
}

/** Puts the kit of the vault into its file. @returns the configuration that it gives a new site */
async function kitOutOfVault(setup: DrillSetup, access: VaultAccess): Promise<Record<string, string>> {
  const at = { endpoint: `https://localhost:${setup.objectStore.port}`, bucket: setup.bucket };
  const bucket = await openVault(at, access);
  try {
    const fetched = await fetchKit(bucket);
    takeKit(setup.kit, fetched);
    return settingsOf(fetched.kit, setup.bucket);
  } finally {
    bucket.close();
  }
}

/** A second `up` and a refresh: both must find nothing to do. */
export async function lookAgain(
  { engine, setup, signal }: DrillPlan,
  layer: Layer,
  detail: (text: string) => void,
): Promise<{ secondUpChanges: number; refreshDrift: number }> {
  const opened = await openLayer({ ...engine, directory: setup.siteB.directory }, layer, "platform");
  const { changes } = await up(opened, { detail, signal });
  const drift = await refresh(opened, { detail, signal });
  return { secondUpChanges: countChanges(changes), refreshDrift: countChanges(drift) };
}
