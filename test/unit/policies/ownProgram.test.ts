import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Backups } from "../../../components/backups";
import { FirstBackup } from "../../../components/firstBackup";
import { firstBackupRun } from "../../../components/fromConfig";
import { Recovery } from "../../../components/recovery";
import { Vault } from "../../../components/vault";
import { Verification } from "../../../components/verification";
import { Volumes } from "../../../components/volumes";
import { projectRoot } from "../../../embedded/paths";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns } from "../../../plan/backupRuns";
import { rules } from "../../../policies/rules";
import { optionsOfOne, recordRegistrations } from "../components/aws/recordRegistrations";
import { examineResource, examineStack, type Sample, type Verdict } from "./examine";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const image = (name: string): string => `registry.example.com/${name}@${digest}`;
const images = { postgres: image("postgres"), operations: image("operations") };
const classes = backupClasses(defaultRetentionDays);
const namespace = "lstm-pfd";

type Config = Record<string, string | Record<string, unknown>>;

function configuration(file: string): Config {
  return JSON.parse(readFileSync(join(projectRoot, "policies", "config", file), "utf8")) as Config;
}

async function violationsOf(build: () => void, config: Config): Promise<string[]> {
  const registrations = await recordRegistrations(build);
  const samples: Sample[] = registrations.resources.map(({ type, name, inputs }) => ({
    type,
    name,
    props: inputs,
    protect: optionsOfOne(registrations, type, name).protect,
  }));
  const verdicts = rules.map(async (rule): Promise<Verdict[]> => {
    const settings = config[rule.name] ?? {};
    if (typeof settings === "string") return [];
    if ("validateStack" in rule) return [await examineStack(rule, samples, settings)];
    return Promise.all(samples.map((sample) => examineResource(rule, sample, settings)));
  });
  return (await Promise.all(verdicts)).flat().flatMap(({ violations }) => violations);
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
      new Recovery("recovery", { ...commands, initialise: false, restoreSet: "" });
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
