import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { projectName } from "../../config/config";
import { projectRoot } from "../../lib/paths";
import { CommandError, type CommandResult, run } from "../../lib/process";
import { ensureClientTools } from "@lstm-pfd/local-cloud/toolchain";
import { inlineProgram } from "../../automation/inlineProgram";
import { holdToVault } from "../../kit/keepInVault";
import { readKit, readKitFile } from "../../kit/recoveryKit";
import { identityText, newIdentity } from "../../kit/vaultIdentity";
import { recoveryKitKey, vaultIdentityKey } from "../../plan/configObjects";
import { parseSavedSecrets, type SavedSecret } from "../../plan/savedSecrets";
import { type FakeApiServer, startFakeApiServer } from "../unit/jobs/fakeApiServer";
import { accountSample, authoritySample, tlsSecret } from "../unit/plan/savedSecretSamples";
import { type FakeObjectStore, startFakeObjectStore } from "../unit/jobs/fakeObjectStore";
import { leavesNothing } from "./leavesNothing";
import { silentProgress } from "../support/silentProgress";

const passphrase = "of the operator";
const kit = {
  bucket: "backups",
  repositoryCipherPass: "word-of-the-repository",
  dbPassword: "word-of-the-database",
  jwtSecret: "key-of-the-tokens",
};

/** Real engine, real kubectl; the stacks are in a backend of the operator's own, API server and object store are stand-ins. */
leavesNothing("npm run kit, for stacks in another backend", () => {
  let directory = "";
  let environment: Record<string, string> = {};
  let cluster: FakeApiServer;
  let store: FakeObjectStore;
  let path = "";
  const sealedThere = (): string => store.objects.get(recoveryKitKey)?.toString() ?? "";

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "kit-e2e-"));
    const backend = join(directory, "backend");
    mkdirSync(backend);
    path = join(directory, "state", "kits", "prod.kit");
    const { binDir } = await ensureClientTools(silentProgress, new AbortController().signal);
    process.env["PATH"] = `${binDir}:${process.env["PATH"] ?? ""}`;
    process.env["PULUMI_CONFIG_PASSPHRASE"] = passphrase;
    store = await startFakeObjectStore();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: store.settings.endpoint,
      AWS_ACCESS_KEY_ID: "of-the-operator",
      AWS_SECRET_ACCESS_KEY: "of-the-operator",
      AWS_REGION: "eu-central-1",
    });
    environment = {
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      LSTM_PFD_STATE: join(directory, "state"),
    };
    cluster = await startFakeApiServer();
  });
  after(async () => {
    for (const name of ["AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"])
      Reflect.deleteProperty(process.env, name);
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    await cluster.close();
    await store.close();
    rmSync(directory, { recursive: true });
  });

  const write = (
    more: Record<string, string | undefined> = {},
    args = ["--config", "bucket=backups"],
  ): Promise<CommandResult> =>
    run(
      join(projectRoot, "node_modules", ".bin", "tsx"),
      ["cli/main.ts", "kit", "--stack", "prod", ...args],
      {
        cwd: projectRoot,
        env: { ...process.env, ...environment, ...more },
      },
    );
  const refused = async (more?: Record<string, string | undefined>, args?: string[]): Promise<string> => {
    const error = await write(more, args).then(
      () => assert.fail("the kit was written"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof CommandError);
    return error.stderr;
  };
  /** A stack with outputs and nothing else. */
  const stack = async (stackName: string, outputs: pulumi.Inputs): Promise<void> => {
    const made = await LocalWorkspace.createOrSelectStack(
      { stackName, projectName, program: inlineProgram(() => Promise.resolve(outputs)) },
      { workDir: directory, envVars: environment },
    );
    await made.up();
  };
  const assertHidden = (text: string): void => {
    for (const secret of [kit.dbPassword, kit.repositoryCipherPass, kit.jwtSecret, passphrase, "c2VjcmV0"])
      assert.ok(!text.includes(secret), "a secret was printed");
  };
  const kubeconfig = (server: string): string =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "it",
      contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
      users: [{ name: "it", user: { token: "of-the-operator" } }],
      clusters: [
        {
          name: "it",
          cluster: {
            server,
            "certificate-authority-data": readFileSync(join(cluster.account, "ca.crt")).toString("base64"),
          },
        },
      ],
    });

  it("says that there is no vault", async () => {
    assert.match(
      await refused(),
      /error: stack prod-vault does not exist: bring the vault up first, or set PULUMI_BACKEND_URL to where its state is/,
    );
  });

  it("asks for a passphrase, and draws none", async () => {
    assert.match(
      await refused({ PULUMI_CONFIG_PASSPHRASE: undefined }),
      /error: there is no passphrase: set PULUMI_/,
    );
  });

  it("says that a stack is no vault", async () => {
    await stack("prod-vault", { other: "thing" });
    assert.match(await refused(), /error: stack prod-vault has no output "kit": it is no vault, or /);
  });

  it("writes what the vault tells, before there is a platform", async () => {
    await stack("prod-vault", { kit: pulumi.secret(kit) });
    const { stdout, stderr } = await write();
    assertHidden(stdout + stderr);
    assert.match(
      stdout,
      /configuration: bucket, dbPassword, jwtSecret, repositoryCipherPass\n {2}certificates: none\n {2}stored in the vault: s3:\/\/backups\n/,
    );
    assert.deepEqual(readKit(path), kit);
    assert.equal(readFileSync(path, "utf8"), sealedThere());
    const { settings } = readKitFile(path).platform ?? assert.fail("it knows of no platform");
    assert.equal(settings["host"], "lstm-pfd.example.com");
  });

  it("adds the certificates of the platform", async () => {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = cluster.environment;
    await stack("prod", {
      kubeconfig: pulumi.secret(kubeconfig(`https://${host ?? ""}:${port ?? ""}`)),
      namespace: "lstm-pfd",
    });
    cluster.answer = ({ path: asked }) => answerOf(asked, [tlsSecret, authoritySample, accountSample]);
    const { stdout, stderr } = await write();
    assertHidden(stdout + stderr);
    assert.match(
      stdout,
      /certificates: cert-manager\/lstm-pfd-acme-production-account, cert-manager\/lstm-pfd-ca, lstm-pfd\/lstm-pfd-tls\n/,
    );
    const { savedSecrets = "", ...others } = readKit(path);
    assert.deepEqual(parseSavedSecrets(savedSecrets), [accountSample, authoritySample, tlsSecret]);
    assert.deepEqual(others, kit);
    const sealed = readFileSync(path, "utf8");
    await write();
    assert.equal(readFileSync(path, "utf8"), sealed);
    assert.equal(sealedThere(), sealed);
  });

  it("keeps them when the cluster does not answer any more", async () => {
    await stack("prod", {
      kubeconfig: pulumi.secret(kubeconfig("https://127.0.0.1:1")),
      namespace: "lstm-pfd",
    });
    const { stdout, stderr } = await write();
    assertHidden(stdout + stderr);
    assert.match(stderr, /stack prod: its certificates cannot be read now, .*kubectl get: .*refused/);
    assert.match(stdout, /certificates: .*lstm-pfd\/lstm-pfd-tls\n/);
  });

  describe("on another machine", () => {
    let elsewhere = "";
    beforeEach(() => {
      elsewhere = mkdtempSync(join(directory, "elsewhere-"));
    });
    const address = ["--from-vault", "s3://backups"];
    const there = () => ({ LSTM_PFD_STATE: elsewhere });
    const fetched = (): string => join(elsewhere, "kits", "prod.kit");
    /** What a command says of a vault that something was done to, which is undone. */
    const saidOf = async (key: string, content: string | Buffer | undefined, more = {}): Promise<string> => {
      const before = store.objects.get(key) ?? assert.fail(key);
      if (content === undefined) store.objects.delete(key);
      else store.objects.set(key, Buffer.from(content));
      try {
        return await refused({ ...there(), ...more }, address);
      } finally {
        store.objects.set(key, before);
        assert.equal(existsSync(fetched()), false);
      }
    };

    it("is fetched by the vault's address, credentials and the passphrase alone", async () => {
      const { stdout, stderr } = await write({ ...there(), PULUMI_BACKEND_URL: undefined }, address);
      assertHidden(stdout + stderr);
      assert.match(
        stdout,
        /^recovery kit: \S+prod\.kit, number \d+, of 20\S+, of the vault \S+\n {2}settings of stack prod: .*host/,
      );
      assert.equal(readFileSync(fetched(), "utf8"), sealedThere());
    });

    it("is told apart when it is missing, damaged, of another vault, or sealed with another passphrase", async () => {
      const other = identityText(newIdentity("of another repository"));
      const said = {
        missing: await saidOf(recoveryKitKey, undefined),
        damaged: await saidOf(recoveryKitKey, sealedThere().slice(0, -40)),
        another: await saidOf(vaultIdentityKey, other),
        passphrase: await saidOf(recoveryKitKey, sealedThere(), { PULUMI_CONFIG_PASSPHRASE: "wrong" }),
      };
      assert.match(
        said.missing,
        /error: recovery kit s3:\/\/backups\/config\/recovery\.kit: there is none in this vault;/,
      );
      assert.match(said.damaged, /recovery\.kit: it is damaged: not the JSON of a kit; /);
      assert.match(
        said.another,
        /recovery\.kit: it is of another vault, \S+ \(s3:\/\/backups\), and s3:\/\/backups is \S+; give/,
      );
      assert.match(
        said.passphrase,
        /recovery\.kit: wrong passphrase: the one from PULUMI_CONFIG_PASSPHRASE does not open it; /,
      );
      assertHidden(Object.values(said).join());
    });

    it("is an old one once somebody has stored a newer one, and the newer one takes its place", async () => {
      await write(there(), address);
      await stack("prod-vault", { kit: pulumi.secret({ ...kit, secretKey: "new" }) });
      await write();
      const old = await holdToVault(fetched(), { objectStore: "aws", vaultRegion: "eu-central-1" }).then(
        () => assert.fail("it was taken for the newest one"),
        (reason: unknown) => reason as Error,
      );
      assert.match(
        old.message,
        /it is an old one, number \d+, of \S+: the vault has number \d+, .*"npm run kit -- --from-vault s3:\/\/backups"/,
      );
      await write(there(), address);
      assert.equal(readKit(fetched()).secretKey, "new");
    });

    it("asks for a passphrase, and draws none", async () => {
      const more = { ...there(), PULUMI_CONFIG_PASSPHRASE: undefined };
      assert.match(await refused(more, address), /error: there is no passphrase: set PULUMI_/);
    });
  });

  it("is written, and the command fails all the same, where the vault does not take it", async () => {
    await stack("prod-vault", { kit: pulumi.secret({ ...kit, secretKey: "newer" }) });
    store.fault = (method, key) => (method === "PUT" && key === recoveryKitKey ? 403 : undefined);
    const said = await refused();
    store.fault = () => undefined;
    assert.match(
      said,
      /error: RECOVERY KIT NOT IN THE VAULT: only the file \S+prod\.kit has it\. vault s3:\/\/backups: .*denied/,
    );
    assert.equal(readKit(path).secretKey, "newer");
    assert.match((await write()).stdout, /stored in the vault: s3:/);
    assert.equal(readFileSync(path, "utf8"), sealedThere());
  });

  it("is stopped by a kit that another passphrase has sealed, and leaves it", async () => {
    const sealed = readFileSync(path, "utf8");
    writeFileSync(join(directory, "other"), "another");
    const file = {
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(directory, "other"),
    };
    assert.match(await refused(file), /error: .*passphrase/);
    assert.equal(readFileSync(path, "utf8"), sealed);
  });
});

/** As much of an API server as kubectl needs to list Secrets. */
function answerOf(asked: string, secrets: readonly SavedSecret[]): { status: number; body: unknown } {
  const url = new URL(asked, "https://api");
  const documents: Record<string, object> = {
    "/api": { kind: "APIVersions", versions: ["v1"] },
    "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
    "/api/v1": {
      kind: "APIResourceList",
      groupVersion: "v1",
      resources: [
        { name: "secrets", singularName: "secret", namespaced: true, kind: "Secret", verbs: ["get", "list"] },
      ],
    },
  };
  const namespace = /^\/api\/v1\/namespaces\/([^/]+)\/secrets$/.exec(url.pathname)?.[1];
  const items = secrets
    .filter((secret) => secret.namespace === namespace)
    .map(({ name, labels, annotations, type, data }) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace, labels, annotations, resourceVersion: "1" },
      type,
      data,
    }));
  const list = { kind: "SecretList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items };
  const body = namespace === undefined ? documents[url.pathname] : list;
  return body === undefined
    ? { status: 404, body: { kind: "Status", reason: "NotFound" } }
    : { status: 200, body };
}
