import type { OutputMap } from "@pulumi/pulumi/automation";
import { openLayer, upPlatform } from "../automation/layers";
import { countChanges, refresh, up } from "../automation/operation";
import { type Dependencies, dependenciesOf } from "./criticalPath";
import { generationOfSiteA, siteLayer } from "./drillConfig";
import type { DrillPlan } from "./plan";
import { recordEvents, timelineOf } from "./timeline";
import type { Timeline } from "./timelineRows";

/** The recovery as it was seen from outside. */
export interface Recovered {
  /** ISO: start of `up`, and success of the verification; undefined when it never succeeded. */
  from: string;
  to: string | undefined;
  timeline: Timeline;
  outputs: OutputMap;
  error: Error | undefined;
}

/** `up` on a fresh stack, from the recovery kit and the object store alone. A failure is part of the result. */
export async function recoverSiteB(
  { engine, setup, signal }: DrillPlan,
  nonce: string,
  detail: (text: string) => void,
): Promise<Recovered> {
  const stacks = { ...engine, directory: setup.siteB.directory };
  const layer = siteLayer(setup, setup.siteB, { expectNonce: nonce, takeOver: generationOfSiteA });
  const { onEvent, events } = recordEvents();
  const from = new Date().toISOString();
  let outputs: OutputMap = {};
  let error: Error | undefined;
  const fail = (caught: unknown): void => {
    signal.throwIfAborted();
    // Why the recovery failed counts more than how its parts hang together.
    error ??= caught instanceof Error ? caught : new Error(String(caught));
  };
  try {
    outputs = (await upPlatform(stacks, layer, { detail, signal, onEvent })).outputs;
  } catch (caught) {
    fail(caught);
  }
  let dependencies: Dependencies | undefined;
  try {
    const opened = await openLayer(stacks, layer, "platform");
    dependencies = dependenciesOf((await opened.exportStack()).deployment as unknown);
  } catch (caught) {
    fail(caught);
  }
  const timeline = timelineOf(events, dependencies);
  const verification = timeline.rows.find(
    ({ name, type, failed }) => name === "verification" && type.endsWith(":Job") && !failed,
  );
  return { from, to: verification?.endedAt, timeline, outputs, error };
}

/** A second `up` and a refresh: both must find nothing to do. */
export async function lookAgain(
  { engine, setup, signal }: DrillPlan,
  nonce: string,
  detail: (text: string) => void,
): Promise<{ secondUpChanges: number; refreshDrift: number }> {
  const layer = siteLayer(setup, setup.siteB, { expectNonce: nonce, takeOver: generationOfSiteA });
  const opened = await openLayer({ ...engine, directory: setup.siteB.directory }, layer, "platform");
  const { changes } = await up(opened, { detail, signal });
  const drift = await refresh(opened, { detail, signal });
  return { secondUpChanges: countChanges(changes), refreshDrift: countChanges(drift) };
}
