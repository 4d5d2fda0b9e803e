import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { type CommandResult, run } from "../../../lib/process";
import {
  deleteObjectStore,
  ensureObjectStore,
  type Identity,
  type IdentityRole,
  type ObjectStoreAddresses,
  type ObjectStoreSpec,
} from "@lstm-pfd/local-cloud/object-store";
import { identityRoles } from "@lstm-pfd/local-cloud/object-store/identities";
import { objectStoreDir, siteDir } from "@lstm-pfd/local-cloud/paths";
import {
  availableOf,
  deleteSite,
  ensureSite,
  readSite,
  type SiteSpec,
  siteProcesses,
} from "@lstm-pfd/local-cloud/site";
import { ensureToolchain, type Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { hostChanges, type HostState, hostState } from "../hostState";
import { silentProgress } from "../../support/silentProgress";

/** Bucket of the cases that try the store itself. */
export const bucket = "e2e-backups";

/** Keys of a role in the store. */
export function identity(role: IdentityRole, secretAccessKey = `${role}SecretOfThisTest`): Identity {
  return { name: role, role, accessKeyId: `${role}Key`, secretAccessKey };
}

/** One object store and one site without any stack, on which cases run one after the other. */
export class Cloud {
  readonly store: ObjectStoreSpec = {
    name: "e2e-objects",
    port: 27334,
    owner: "e2e",
    identities: identityRoles.map((role) => identity(role)),
  };
  readonly siteName = "e2e-site";
  readonly apiPort = 27443;
  private opened: { toolchain: Toolchain; directory: string; host: HostState } | undefined;
  private readonly clients = new Map<IdentityRole, S3Client>();

  /** Prepares for both, and makes neither. */
  async open(): Promise<void> {
    const toolchain = await ensureToolchain(silentProgress);
    const directory = mkdtempSync(join(tmpdir(), "lpfd-cloud-"));
    // Users without rights have their home in it.
    chmodSync(directory, 0o755);
    process.env["LSTM_PFD_STATE"] = join(directory, "state");
    this.opened = { toolchain, directory, host: await hostState() };
  }

  get toolchain(): Toolchain {
    return this.prepared.toolchain;
  }

  get directory(): string {
    return this.prepared.directory;
  }

  get site(): SiteSpec {
    return {
      name: this.siteName,
      apiPort: this.apiPort,
      objectStore: this.store.name,
      ...availableOf(this.toolchain),
      owner: "e2e",
    };
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }

  /** Makes the store run, as described or with a difference. */
  ensureStore(difference: Partial<ObjectStoreSpec> = {}): Promise<ObjectStoreAddresses> {
    return ensureObjectStore({ ...this.store, ...difference }, this.toolchain, { signal: this.signal });
  }

  /** Makes the site run, as described or with a difference. @returns its kubeconfig */
  async ensureSite(difference: Partial<SiteSpec> = {}): Promise<string> {
    const context = { signal: this.signal, detail: () => undefined };
    return (await ensureSite({ ...this.site, ...difference }, this.toolchain, context)).kubeconfig;
  }

  /** The store by the keys of a role. */
  client(role: IdentityRole): S3Client {
    const client = this.clients.get(role) ?? this.clientOf(identity(role));
    this.clients.set(role, client);
    return client;
  }

  /** The store by any keys. */
  clientOf(credentials: Identity): S3Client {
    const ca = readFileSync(join(objectStoreDir(this.store.name), "tls", "ca.pem"), "utf8");
    return new S3Client({
      endpoint: `https://localhost:${this.store.port}`,
      region: "us-east-1",
      forcePathStyle: true,
      credentials,
      requestHandler: { httpsAgent: new Agent({ ca }) },
    });
  }

  /** Ends the connections of all clients: the next ones begin anew. */
  disconnect(): void {
    for (const client of this.clients.values()) client.destroy();
    this.clients.clear();
  }

  /** kubectl on the site, as its administrator. */
  kubectl(args: readonly string[], input = ""): Promise<CommandResult> {
    const access = ["--kubeconfig", join(siteDir(this.siteName), "kubeconfigs", "admin")];
    return run(join(this.toolchain.binDir, "kubectl"), [...access, ...args], { input, timeoutMs: 120_000 });
  }

  /** What is other on the host than before there was anything of this cloud. */
  async hostChanges(): Promise<string[]> {
    return hostChanges(this.prepared.host, await hostState());
  }

  /** Of the site there is no process, file, control group or network left; the store may be there. */
  async assertNoSite(): Promise<void> {
    const name = this.siteName;
    assert.deepEqual(siteProcesses(name), []);
    assert.equal(existsSync(siteDir(name)), false);
    assert.equal(await readSite(name), undefined);
    assert.deepEqual(
      (await this.hostChanges()).filter((change) => !change.includes(this.store.name) && !isOfStore(change)),
      [],
    );
  }

  /** Removes both with everything in them. */
  async close(): Promise<void> {
    if (this.opened === undefined) return;
    this.disconnect();
    await deleteSite(this.siteName);
    await deleteObjectStore(this.store.name);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get prepared(): { toolchain: Toolchain; directory: string; host: HostState } {
    assert.ok(this.opened, "the cloud was not opened");
    return this.opened;
  }
}

function isOfStore(change: string): boolean {
  return /^\+ processes: \d+ \S*(weed|socat)$/.test(change);
}
