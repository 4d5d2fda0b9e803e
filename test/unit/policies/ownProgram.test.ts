import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Backups } from "../../../components/backups";
import { FirstBackup } from "../../../components/firstBackup";
import { firstBackupRun } from "../../../plan/backupRuns";
import { Recovery } from "../../../components/recovery";
import { Vault } from "../../../components/vault";
import { Verification } from "../../../components/verification";
import { Volumes } from "../../../components/volumes";
import { projectRoot } from "../../../lib/paths";
import type { PolicySettings } from "../../../automation/policySettings";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns } from "../../../plan/backupRuns";
import { recordRegistrations } from "../components/aws/recordRegistrations";
import { Pack, samplesOf } from "./examineProgram";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const image = (name: string): string => `registry.example.com/${name}@${digest}`;
const images = { postgres: image("postgres"), operations: image("operations") };
const classes = backupClasses(defaultRetentionDays);
const namespace = "lstm-pfd";

function configuration(file: string): PolicySettings {
  return JSON.parse(readFileSync(join(projectRoot, "policies", "config", file), "utf8")) as PolicySettings;
}

async function violationsOf(build: () => void, settings: PolicySettings): Promise<string[]> {
  return new Pack(settings).violationsOf(samplesOf(await recordRegistrations(build)));
}

describe("the project's own program under the policy pack", () => {
  it("passes with its vault at an S3-compatible store", async () => {
    const build = (): void => {
      new Vault("vault", { bucket: "backups", classes, protectData: true });
    };
    assert.deepEqual(await violationsOf(build, configuration("local.json")), []);
  });

  it("passes with its backups, restores and volumes, under the rules of production", async () => {
    const build = (): void => {
      const runs = backupRuns(classes);
      const commands = { namespace, images, environment: { S3_BUCKET: "backups" } };
      new Volumes("volumes", {
        namespace,
        databaseSizeGi: 1,
        checkpointsSizeGi: 1,
        databaseStorageClass: "",
        checkpointsStorageClass: "",
        protectData: true,
      });
      new Recovery("recovery", {
        ...commands,
        site: { id: "5d1f", name: "test/lstm-pfd" },
        initialise: false,
        restoreSet: "",
        restoreModels: "",
        acceptEmptyTables: "",
      });
      new Backups("backups", { ...commands, runs });
      new FirstBackup("first-backup", { ...commands, run: firstBackupRun(runs) });
      new Verification("verification", {
        namespace,
        operationsImage: images.operations,
        archiveTimeoutSeconds: 50,
        expectNonce: "",
      });
    };
    assert.deepEqual(await violationsOf(build, configuration("prod.json")), []);
  });
});
