import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { CreateBucketCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { Kubectl } from "../../../automation/kubectl";
import { pathWith } from "../../../automation/plugins";
import { checkpointsJob } from "../../../drill/jobManifests";
import { newNonce, nonceRowName } from "../../../drill/nonce";
import { endOrphans } from "../../../drill/orphans";
import { afterSeedSql, seedPsqlArguments, seedSql } from "../../../drill/seed";
import { writeKit } from "../../../kit/recoveryKit";
import { projectRoot } from "../../../lib/paths";
import { CommandError, run } from "../../../lib/process";
import { repositoryRoles } from "../../../plan/names";
import { componentNames, embeddedResources, formatResources } from "../../../plan/resources";
import { clientTools } from "@lstm-pfd/local-cloud/toolchain";
import { entryDir, isCached } from "../../../lib/cache";
import { toolRecipe, tools } from "@lstm-pfd/local-cloud/toolchain/tools";
import type { Cloud } from "./cloud";

const MINUTE = 60_000;
const NOBODY = 65534;
const PASSPHRASE = "of the kubeconfig test";
const BUCKET = "somebody-elses-backups";
const NAMESPACE = "lstm-pfd";

/** Results of the Jobs, as far as they are compared. */
interface Result {
  action?: string;
  ok?: boolean;
  nonce?: string | null;
}

/** The cloud plays a cluster and an object store of somebody else; a user without any rights on this host works on it. */
export function kubeconfigCases(cloud: Cloud): void {
  const nonce = newNonce();
  const path = process.env["PATH"];
  let home = "";
  let kit = "";
  let kubectl: Kubectl;
  let theirs: string[] = [];
  let rows = "";

  before(async function () {
    this.timeout(2 * MINUTE);
    home = join(cloud.directory, "home");
    kit = join(home, "recovery.kit");
    process.env["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE;
    process.env["PATH"] = pathWith([cloud.toolchain.binDir]);
    await makeHome();
    await cloud
      .client("admin")
      .send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
    const file = join(home, "kubeconfig");
    writeFileSync(file, await cloud.ensureSite(), { mode: 0o600 });
    kubectl = new Kubectl({ kubeconfig: file, namespace: NAMESPACE, signal: cloud.signal });
    await kubectl.call(["create", "namespace", "others"]);
    theirs = await clusterObjects();
    await makeKit();
    await run("chown", ["-R", `${NOBODY}:${NOBODY}`, home]);
  });

  after(async () => {
    await endOrphans(home);
  });

  /** A home with the tools of the engine, which would take minutes to obtain again. */
  async function makeHome(): Promise<void> {
    for (const directory of ["cache", "tmp"]) mkdirSync(join(home, directory), { recursive: true });
    for (const tool of tools.filter(({ name }) => clientTools.includes(name)))
      if (isCached(toolRecipe(tool))) {
        const entry = entryDir(toolRecipe(tool));
        await cp(entry, join(home, "cache", basename(entry)), { recursive: true });
      }
  }

  async function makeKit(): Promise<void> {
    const { caCertificate } = await cloud.ensureStore();
    const secrets = ["repositoryCipherPass", "dbPassword", "jwtSecret", "secretKey"];
    writeKit(kit, {
      ...Object.fromEntries(secrets.map((key) => [key, randomBytes(16).toString("hex")])),
      ...Object.fromEntries(
        cloud.store.identities
          .filter(({ role }) => repositoryRoles.some((each) => each === role))
          .flatMap(({ role, accessKeyId, secretAccessKey }) => [
            [`${role}AccessKeyId`, accessKeyId],
            [`${role}SecretAccessKey`, secretAccessKey],
          ]),
      ),
      s3CaCertificate: caCertificate,
    });
  }

  async function keysInBucket(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: cloud.client("admin") },
      { Bucket: BUCKET },
    ))
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    return keys;
  }

  async function clusterObjects(): Promise<string[]> {
    const kinds =
      "nodes,namespaces,storageclasses,clusterroles,clusterrolebindings,customresourcedefinitions";
    return (await kubectl.call(["get", kinds, "--output=name"])).trim().split("\n").sort();
  }

  /** Objects of the platform as they were asked for, and what its stack knows. */
  async function platformNow(): Promise<{ objects: string; state: string; settings: string }> {
    const kinds = "deployments,statefulsets,cronjobs,persistentvolumeclaims,secrets,configmaps";
    const columns = "KIND:.kind,NAME:.metadata.name,UID:.metadata.uid,GENERATION:.metadata.generation";
    const stacks = join(home, "state", "pulumi");
    return {
      objects: await kubectl.call(["get", kinds, `--output=custom-columns=${columns}`]),
      state: readFileSync(join(stacks, "state", ".pulumi", "stacks", "lstm-pfd", "kube-first.json"), "utf8"),
      settings: readFileSync(join(stacks, "stacks", "kube-first", "Pulumi.kube-first.yaml"), "utf8"),
    };
  }

  /** Runs the command line as a user does. @returns what it printed */
  async function command(...words: string[]): Promise<string> {
    const { stdout } = await run(
      "setpriv",
      [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", process.execPath]
        .concat("--import", "tsx", "cli/main.ts")
        .concat(words),
      {
        cwd: projectRoot,
        signal: cloud.signal,
        env: {
          PATH: path,
          HOME: home,
          // The engine looks for the home in the list of users, where nobody has none.
          PULUMI_HOME: join(home, ".pulumi"),
          TMPDIR: join(home, "tmp"),
          LSTM_PFD_STATE: join(home, "state"),
          LSTM_PFD_CACHE: join(home, "cache"),
          LSTM_PFD_PLUGINS: process.env["LSTM_PFD_PLUGINS"],
          PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        },
      },
    );
    process.stdout.write(stdout);
    return stdout;
  }

  /** A command on a stack with the cluster and the object store of the others. */
  async function onStack(words: string[], stack: string, more: Record<string, string> = {}): Promise<string> {
    const { images } = cloud.toolchain;
    const config: Record<string, string> = {
      cluster: "kubeconfig",
      kubeconfig: join(home, "kubeconfig"),
      objectStore: "s3",
      s3Endpoint: (await cloud.ensureStore()).endpoint,
      bucket: BUCKET,
      recoveryKit: kit,
      imageApplication: images.application.reference,
      imageOperations: images.operations.reference,
      imagePostgres: images.postgres.reference,
      imageRedis: images.redis.reference,
      namespace: NAMESPACE,
      protectData: "false",
      databaseSizeGi: "5",
      checkpointsSizeGi: "2",
      // What the stand-in needs: with what the real application does, a small machine would have no room.
      ...Object.fromEntries(
        componentNames.map((name) => [`${name}Resources`, formatResources(embeddedResources[name])]),
      ),
      ...more,
    };
    const pairs = Object.entries(config).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
    return command(...words, "--stack", stack, ...pairs);
  }

  async function result(job: string): Promise<Result> {
    return (await kubectl.result(`job/${job}`)) ?? {};
  }

  it("is what a user who is not root is pointed to, before anything is touched", async () => {
    await assert.rejects(command("up"), (error: Error) => {
      assert.ok(error instanceof CommandError);
      process.stdout.write(error.stderr);
      assert.match(
        error.stderr,
        /^(note: .*\n)?\nerror: .* needs root .* user 65534: .*--config cluster=kubeconfig .*\n$/,
      );
      return true;
    });
    assert.equal(existsSync(join(home, "state")), false);
  }).timeout(2 * MINUTE);

  it("takes the platform: empty, then with data verified and backed up, then unchanged", async () => {
    await onStack(["up", "--initialise"], "kube-first");
    await kubectl.databaseReady();
    const image = cloud.toolchain.images.operations.reference;
    const job = checkpointsJob({ namespace: NAMESPACE, image, nonce });
    const checkpoints = kubectl.runJob(job, 300);
    await kubectl.psql(seedPsqlArguments("lstm_pfd"), seedSql(nonce, "lstm_pfd"));
    await kubectl.value(afterSeedSql);
    await checkpoints;
    // A pod that has ended still holds its volume, and nobody but who made it removes it.
    await kubectl.call(["delete", "job", job.metadata.name]);
    rows = await kubectl.value("select count(*) from experiments");

    await onStack(["up"], "kube-first", { expectNonce: nonce });
    assert.deepEqual(await result("verify").then(({ ok, nonce: found }) => ({ ok, found })), {
      ok: true,
      found: nonce,
    });
    assert.match(
      (await keysInBucket()).join("\n"),
      /^wal\/generation-0001\/repository\/backup\/main\/\d{8}-\d{6}F\//m,
    );
    await onStack(["backup", "models"], "kube-first");

    const again = await onStack(["up"], "kube-first", { expectNonce: nonce });
    assert.match(again, /^stack kube-first: 0 resources changed, [1-9]\d* as they were$/m);
  }).timeout(15 * MINUTE);

  it("keeps its volumes when their class is named, and refuses another class by name", async () => {
    const named = await onStack(["up"], "kube-first", { expectNonce: nonce, storageClass: "directory" });
    assert.match(named, /^stack kube-first: 0 resources changed, [1-9]\d* as they were$/m);
    const before = await platformNow();
    await assert.rejects(
      onStack(["preview"], "kube-first", { expectNonce: nonce, storageClass: "faster" }),
      (error) => {
        assert.ok(error instanceof CommandError);
        assert.match(
          error.stderr,
          /claim lstm-pfd-postgresql has storageClassName "directory" where the configuration asks for "faster"/,
        );
        return true;
      },
    );
    assert.deepEqual(await platformNow(), before);
  }).timeout(5 * MINUTE);

  it("is refused as a fresh one, and stays as it is", async () => {
    const before = await platformNow();
    await assert.rejects(onStack(["up", "--fresh"], "kube-first", { expectNonce: nonce }), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(
        error.stderr,
        /^error: stack kube-first exists already, and --fresh wants a new one: choose another --stack, or remove it with "npm run down -- --stack kube-first"\n$/m,
      );
      return true;
    });
    assert.deepEqual(await platformNow(), before);
  }).timeout(2 * MINUTE);

  it("brings back what was deleted by hand, and says what it was", async () => {
    await kubectl.call(["delete", "cronjob/backup-database-full", "deployment/lstm-pfd-redis"]);
    const said = await onStack(["up"], "kube-first", { expectNonce: nonce });
    assert.match(said, /^CronJob backups-backup-database-full is no longer there, and is made again$/m);
    assert.match(
      said,
      /^Deployment lstm-pfd-redis in namespace lstm-pfd was no longer there, and has been made again$/m,
    );
    await kubectl.call(["get", "cronjob/backup-database-full"]);
    await kubectl.call(["rollout", "status", "deployment/lstm-pfd-redis", "--timeout=5s"]);
    const again = await onStack(["up"], "kube-first", { expectNonce: nonce });
    assert.match(again, /^stack kube-first: 0 resources changed, [1-9]\d* as they were$/m);
  }).timeout(5 * MINUTE);

  it("restores into a volume that was deleted by hand, and warns as long as it can be saved", async () => {
    const claim = "persistentvolumeclaim/lstm-pfd-postgresql";
    await kubectl.call(["delete", claim, "--wait=false"]);
    await assert.rejects(onStack(["up"], "kube-first", { expectNonce: nonce }), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(error.stderr, /^error: the volume claim lstm-pfd-postgresql was deleted by hand at /m);
      return true;
    });
    await kubectl.call(["delete", "pods", "--all"], { timeoutMs: 2 * MINUTE });
    await kubectl.call(["wait", "--for=delete", claim, "--timeout=60s"]);
    const said = await onStack(["up"], "kube-first", { expectNonce: nonce });
    assert.match(
      said,
      /^PersistentVolumeClaim volumes-database is no longer there, .* the backup is restored/m,
    );
    assert.equal((await result("restore-database")).action, "restored");
    assert.equal((await result("verify")).ok, true);
    assert.equal(await kubectl.value("select count(*) from experiments"), rows);
  }).timeout(10 * MINUTE);

  it("keeps all that is not the platform's when that goes", async () => {
    const before = await keysInBucket();
    await onStack(["down"], "kube-first");
    assert.deepEqual(await clusterObjects(), theirs);
    const left = new Set(await keysInBucket());
    assert.deepEqual(
      before.filter((key) => !left.has(key)),
      [],
    );
    assert.equal(existsSync(kit), true);
  }).timeout(10 * MINUTE);

  it("gets it all back from the kit, on a fresh stack", async () => {
    // The platform, and the volume that was made again; it went a moment ago, and looks alive.
    const head = "2";
    await onStack(["up", "--fresh"], "kube-again", { expectNonce: nonce, takeOver: head });
    assert.equal((await result("restore-database")).action, "restored");
    const models = await result("restore-models");
    assert.deepEqual([models.action, models.nonce], ["restored", nonce]);
    assert.equal((await result("verify")).ok, true);
    assert.equal(await kubectl.value("select count(*) from experiments"), rows);
    const named = `select count(*) from experiments where name = '${nonceRowName(nonce)}'`;
    assert.equal(await kubectl.value(named), "1");
    await onStack(["down"], "kube-again");
    assert.deepEqual(await clusterObjects(), theirs);
  }).timeout(15 * MINUTE);
}
