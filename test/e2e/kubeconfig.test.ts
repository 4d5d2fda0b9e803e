import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CreateBucketCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { cleanUp } from "../../drill/cleanUp";
import { checkpointsJob } from "../../drill/jobManifests";
import { newNonce, nonceRowName } from "../../drill/nonce";
import { type DrillSetup, drillSetup } from "../../drill/setup";
import { afterSeedSql, seedPsqlArguments, seedSql } from "../../drill/seed";
import { ensureObjectStore } from "@lstm-pfd/local-cloud/object-store";
import { objectStoreHost, objectStorePodPort } from "@lstm-pfd/local-cloud/object-store/address";
import { type Identity, identityRoles } from "@lstm-pfd/local-cloud/object-store/identities";
import { projectRoot } from "../../lib/paths";
import { CommandError, run } from "../../lib/process";
import type { Progress } from "../../lib/progress";
import { availableOf, ensureSite } from "@lstm-pfd/local-cloud/site";
import { ensureToolchain, type Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { entryDir, isCached } from "../../lib/cache";
import { toolRecipe, tools } from "@lstm-pfd/local-cloud/toolchain/tools";
import { Kubectl } from "../../automation/kubectl";
import { pathWith } from "../../automation/plugins";
import { writeKit } from "../../kit/recoveryKit";
import { hostChanges, type HostState, hostState } from "./host";

const MINUTE = 60_000;
const NOBODY = 65534;
const PASSPHRASE = "of the kubeconfig test";

const quiet = (): undefined => undefined;
const silent: Progress = { step: (_name, work) => work(quiet), plan: quiet };

/** Results of the Jobs, as far as they are compared. */
interface Result {
  action?: string;
  ok?: boolean;
  nonce?: string | null;
}

/** An embedded cloud plays a cluster and an object store of somebody else; a user without any rights on this host works on it. */
describe("a cluster by kubeconfig and an S3 endpoint", () => {
  const stop = new AbortController();
  const { signal } = stop;
  const nonce = newNonce();
  const identities = identityRoles.map((role): Identity => ({
    name: role,
    role,
    accessKeyId: `${role}Key`,
    secretAccessKey: randomBytes(20).toString("hex"),
  }));
  const environmentBefore = { ...process.env };
  let base = "";
  let home = "";
  let untouched: HostState;
  let toolchain: Toolchain;
  let place: DrillSetup;
  let bucket: S3Client;
  let kubectl: Kubectl;
  let theirs: string[] = [];
  let rows = "";

  before(async function () {
    this.timeout(10 * MINUTE);
    setMaxListeners(0, signal);
    untouched = await hostState();
    toolchain = await ensureToolchain(silent, signal);
    base = mkdtempSync(join(tmpdir(), "lpfd-kube-"));
    chmodSync(base, 0o755);
    home = join(base, "home");
    process.env["LSTM_PFD_STATE"] = join(base, "cloud");
    process.env["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE;
    process.env["PATH"] = pathWith([toolchain.binDir]);
    // The user's files are all beneath the place's directory: what a killed run left of the engine is found by it.
    place = await drillSetup("kube", home);
    await makeHome();
    await makeCloud();
    await run("chown", ["-R", `${NOBODY}:${NOBODY}`, home]);
  });

  after(async function () {
    this.timeout(3 * MINUTE);
    stop.abort();
    bucket.destroy();
    await cleanUp(place);
    rmSync(base, { recursive: true, force: true });
    process.env = environmentBefore;
    assert.deepEqual(hostChanges(untouched, await hostState()), []);
  });

  /** A home with the three tools of the engine, which would take minutes to obtain again. */
  async function makeHome(): Promise<void> {
    for (const directory of ["cache", "tmp"]) mkdirSync(join(home, directory), { recursive: true });
    for (const tool of tools.filter(({ name }) => ["pulumi", "helm", "kubectl"].includes(name)))
      if (isCached(toolRecipe(tool))) {
        const entry = entryDir(toolRecipe(tool));
        await cp(entry, join(home, "cache", basename(entry)), { recursive: true });
      }
  }

  async function makeCloud(): Promise<void> {
    const { objectStore, siteA } = place;
    const spec = { ...objectStore, owner: "kube", identities };
    const { hostEndpoint, caCertificate } = await ensureObjectStore(spec, toolchain, { signal });
    bucket = bucketClient(hostEndpoint, caCertificate);
    await bucket.send(new CreateBucketCommand({ Bucket: place.bucket, ObjectLockEnabledForBucket: true }));
    const { kubeconfig } = await ensureSite(
      {
        name: siteA.name,
        apiPort: siteA.apiPort,
        objectStore: objectStore.name,
        ...availableOf(toolchain),
        owner: "kube",
      },
      toolchain,
      { signal, detail: quiet },
    );
    const path = join(home, "kubeconfig");
    writeFileSync(path, kubeconfig, { mode: 0o600 });
    kubectl = new Kubectl({ kubeconfig: path, namespace: place.namespace, signal });
    await kubectl.call(["create", "namespace", "others"]);
    theirs = await clusterObjects();
    writeKit(place.kit, {
      ...Object.fromEntries(
        ["repositoryCipherPass", "dbPassword", "jwtSecret", "secretKey"].map((key) => [
          key,
          randomBytes(16).toString("hex"),
        ]),
      ),
      ...Object.fromEntries(
        identities
          .filter(({ role }) => role !== "admin")
          .flatMap(({ role, accessKeyId, secretAccessKey }) => [
            [`${role}AccessKeyId`, accessKeyId],
            [`${role}SecretAccessKey`, secretAccessKey],
          ]),
      ),
      s3CaCertificate: caCertificate,
    });
  }

  function bucketClient(endpoint: string, ca: string): S3Client {
    const admin = identities.find(({ role }) => role === "admin");
    return new S3Client({
      endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: {
        accessKeyId: admin?.accessKeyId ?? "",
        secretAccessKey: admin?.secretAccessKey ?? "",
      },
      requestHandler: { httpsAgent: new Agent({ ca }) },
    });
  }

  async function keysInBucket(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: bucket }, { Bucket: place.bucket }))
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
        signal,
        env: {
          PATH: environmentBefore["PATH"],
          HOME: home,
          // The engine looks for the home in the list of users, where nobody has none.
          PULUMI_HOME: join(home, ".pulumi"),
          TMPDIR: join(home, "tmp"),
          LSTM_PFD_STATE: join(home, "state"),
          LSTM_PFD_CACHE: join(home, "cache"),
          LSTM_PFD_PLUGINS: environmentBefore["LSTM_PFD_PLUGINS"],
          PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        },
      },
    );
    process.stdout.write(stdout);
    return stdout;
  }

  /** A command on a stack with the cluster and the object store of the others. */
  function onStack(words: string[], stack: string, more: Record<string, string> = {}): Promise<string> {
    const { images } = toolchain;
    const config: Record<string, string> = {
      cluster: "kubeconfig",
      kubeconfig: join(home, "kubeconfig"),
      objectStore: "s3",
      s3Endpoint: `https://${objectStoreHost(place.objectStore.name)}:${objectStorePodPort}`,
      bucket: place.bucket,
      recoveryKit: place.kit,
      imageApplication: images.application.reference,
      imageOperations: images.operations.reference,
      imagePostgres: images.postgres.reference,
      imageRedis: images.redis.reference,
      namespace: place.namespace,
      protectData: "false",
      databaseSizeGi: "5",
      checkpointsSizeGi: "2",
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
        /^\nerror: .* needs root .* user 65534: .*--config cluster=kubeconfig .*\n$/,
      );
      return true;
    });
    assert.equal(existsSync(join(home, "state")), false);
  }).timeout(2 * MINUTE);

  it("takes the platform: empty, then with data verified and backed up, then unchanged", async () => {
    await onStack(["up", "--initialise"], "kube-first");
    await kubectl.databaseReady();
    const image = toolchain.images.operations.reference;
    const job = checkpointsJob({ namespace: place.namespace, image, nonce });
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

  it("keeps all that is not the platform's when that goes", async () => {
    const before = await keysInBucket();
    await onStack(["down"], "kube-first");
    assert.deepEqual(await clusterObjects(), theirs);
    const left = new Set(await keysInBucket());
    assert.deepEqual(
      before.filter((key) => !left.has(key)),
      [],
    );
    assert.equal(existsSync(place.kit), true);
  }).timeout(10 * MINUTE);

  it("gets it all back from the kit, on a fresh stack", async () => {
    await onStack(["up", "--fresh"], "kube-again", { expectNonce: nonce });
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
});
