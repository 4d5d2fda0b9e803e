import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { killSite } from "@lstm-pfd/local-cloud/site";
import { AcknowledgementLog, type Acknowledgements } from "./acknowledgements";
import { writerJob } from "./jobManifests";
import type { Kubectl } from "../automation/kubectl";
import type { DrillPlan } from "./plan";
import type { ArchivedSegment, VaultBucket } from "./vaultBucket";

/** What is known of the disaster. */
export interface Disaster {
  acknowledged: Acknowledgements;
  killedAt: Date;
  /** Newest WAL segment that reached the bucket. */
  lastArchived: ArchivedSegment | undefined;
  /** Size of the database shortly before. */
  databaseBytes: number;
}

/** The writer at work. */
export interface Writing {
  log: AcknowledgementLog;
  databaseBytes: number;
  /** Ends the reading of its log. @returns once everything that arrived is counted */
  end(): Promise<void>;
}

/** Starts the writer, and lets it commit rows for a while. */
export async function write(
  { engine, setup, writeSeconds, signal }: DrillPlan,
  kubectl: Kubectl,
  nonce: string,
  detail: (text: string) => void,
): Promise<Writing> {
  const job = writerJob({
    namespace: setup.namespace,
    image: engine.toolchain.images.operations.reference,
    nonce,
  });
  await kubectl.call(["create", "--filename=-"], { input: JSON.stringify(job) });
  await kubectl.call(
    ["wait", `job/${job.metadata.name}`, "--for=jsonpath={.status.ready}=1", "--timeout=60s"],
    {
      timeoutMs: 70_000,
    },
  );
  const log = new AcknowledgementLog();
  const reader = kubectl.follow(`job/${job.metadata.name}`);
  if (reader.stdout === null) throw new Error("the log of the writer cannot be read");
  const followed = log.follow(reader.stdout);
  const until = Date.now() + writeSeconds * 1000;
  while (Date.now() < until) {
    const { count, last } = log.state();
    const left = Math.ceil((until - Date.now()) / 1000);
    detail(`${count} rows acknowledged, the last one is ${last?.sequence ?? "none"}; ${left} s left`);
    await sleep(500, undefined, { signal });
  }
  if (log.state().count === 0) throw new Error("the writer has committed no row: look at its log");
  const databaseBytes = Number(await kubectl.value("select pg_database_size(current_database())"));
  return {
    log,
    databaseBytes,
    end: async () => {
      reader.kill("SIGTERM");
      await followed;
    },
  };
}

/**
 * Kills every process of site A in mid-write, and removes its network, disks, cluster state, the state of its stack, and the recovery kit
 * that was on the machine of who ran it.
 */
export async function causeDisaster(
  { setup }: DrillPlan,
  writing: Writing,
  bucket: VaultBucket,
): Promise<Disaster> {
  const killedAt = new Date();
  await killSite(setup.siteA.name);
  await writing.end();
  await rm(setup.siteA.directory, { recursive: true });
  await rm(setup.kit);
  return {
    acknowledged: writing.log.state(),
    killedAt,
    lastArchived: await bucket.newestWal(),
    databaseBytes: writing.databaseBytes,
  };
}
