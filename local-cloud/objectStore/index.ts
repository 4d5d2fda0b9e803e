import { existsSync } from "node:fs";
import { mkdir, readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkHostPort } from "../sandbox/hostPort";
import {
  sandboxProcesses,
  ensureSandbox,
  findSandbox,
  removeSandbox,
  type Sandbox,
} from "../sandbox/sandbox";
import { checkName } from "../sandbox/networkName";
import { objectStoreDir } from "../paths";
import { objectStoreHost, objectStorePodPort } from "./address";
import { ensureCertificates } from "./certificates";
import { isApplied, markApplied, writeConfiguration } from "./configuration";
import { isAnswering, untilReady } from "./ready";
import { readRecord, writeRecord, type ObjectStoreRecord } from "./record";
import { storeSandbox, storeFiles, storePurpose } from "./services";
import { isWeed } from "./weedProcess";

export type { Identity, IdentityRole } from "./identities";

/** An object store on this host. */
export interface ObjectStoreSpec extends ObjectStoreRecord {
  /** Unique on the host, among sites and object stores together. */
  name: string;
}

/** How an object store is reached. */
export interface ObjectStoreAddresses {
  /** For pods of the sites that are linked to it. */
  endpoint: string;
  /** For programs on this host. */
  hostEndpoint: string;
  /** PEM of the authority of both. */
  caCertificate: string;
  /** Path of a file with {@link caCertificate} on this host. */
  caCertificateFile: string;
}

/** An object store as it is. */
export interface FoundObjectStore extends ObjectStoreSpec, ObjectStoreAddresses {
  /** It answers. */
  running: boolean;
}

/** How long to work, and how to stop it. */
export interface ObjectStoreCall {
  signal: AbortSignal;
  /** Milliseconds until it must take data. @default a minute */
  timeoutMs?: number;
}

/**
 * Makes an object store run as described: makes it, starts it again with its data, or changes what differs. Safe to call
 * again after it was killed at any moment.
 * @param toolchain where SeaweedFS is
 * @throws Error with one sentence when its name, port or data is another's, before anything is touched
 */
export async function ensureObjectStore(
  spec: ObjectStoreSpec,
  toolchain: { binDir: string },
  call: ObjectStoreCall,
): Promise<ObjectStoreAddresses> {
  const { name, identities } = spec;
  const directory = objectStoreDir(name);
  await checkFree(spec);

  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeRecord(name, { port: spec.port, identities, owner: spec.owner });
  const { authority } = await ensureCertificates(storeFiles(directory).tls, name);
  await writeConfiguration(directory, identities);
  call.signal.throwIfAborted();

  // Another tool's new version must not start the store anew.
  const weed = await realpath(join(toolchain.binDir, "weed"));
  const sandbox = await ensureSandbox(storeSandbox({ name, port: spec.port, directory, weed }));
  if (!sandbox.started && !isApplied(directory, identities)) restartWeed(sandbox);
  await markApplied(directory, identities);
  await untilReady(name, sandbox, { port: spec.port, authority }, call);
  return addresses(spec, authority);
}

/**
 * Looks whether an object store can run as described, and touches nothing.
 * @throws Error with one sentence that says why not
 */
export async function checkFree({ name, port }: Pick<ObjectStoreSpec, "name" | "port">): Promise<void> {
  checkName(name, storePurpose);
  const holdsPort = readRecord(name)?.port === port && findSandbox(name) !== undefined;
  if (!holdsPort) await checkHostPort(port, `the object store ${name}`);
}

/**
 * Looks whether an object store can be made by an owner, who may have begun with it already. Touches nothing.
 * @throws Error with one sentence when it is another's
 */
export function checkOwner({ name, owner }: Pick<ObjectStoreSpec, "name" | "owner">): void {
  const found = readRecord(name)?.owner ?? owner;
  if (found !== owner)
    throw new Error(
      `the object store ${name} is there already and belongs to ${found}: choose another name, or go on with that stack; its data was not touched`,
    );
}

/**
 * An object store as it is; nothing when there is none. One whose processes have ended is there, but does not run.
 * @throws Error when what is known of it is damaged
 */
export async function readObjectStore(name: string): Promise<FoundObjectStore | undefined> {
  const record = readRecord(name);
  if (record === undefined || !existsSync(authorityFile(name))) return undefined;
  const authority = await readFile(authorityFile(name), "utf8");
  const running = findSandbox(name) !== undefined && (await isAnswering({ port: record.port, authority }));
  return { name, ...record, ...addresses({ name, ...record }, authority), running };
}

/** Removes an object store with all its data. Succeeds when there is none. */
export async function deleteObjectStore(name: string): Promise<void> {
  checkName(name, storePurpose);
  await removeSandbox(name);
  await rm(objectStoreDir(name), { recursive: true, force: true });
}

function addresses(
  { name, port }: Pick<ObjectStoreSpec, "name" | "port">,
  authority: string,
): ObjectStoreAddresses {
  return {
    endpoint: `https://${objectStoreHost(name)}:${objectStorePodPort}`,
    hostEndpoint: `https://localhost:${port}`,
    caCertificate: authority,
    caCertificateFile: authorityFile(name),
  };
}

function authorityFile(name: string): string {
  return join(storeFiles(objectStoreDir(name)).tls, "ca.pem");
}

/** Only it ends: the network with the sites' links to it stays. It starts again by itself, and a kill costs no data. */
function restartWeed({ name }: Sandbox): void {
  for (const pid of sandboxProcesses(name)) if (isWeed(pid)) process.kill(pid, "SIGKILL");
}
