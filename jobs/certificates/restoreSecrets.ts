import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parseSavedSecrets, type SavedSecret } from "../../plan/savedSecrets";
import { type ApiServer, askApiServer } from "../apiServer";
import { Failure, reasonOf } from "../../lib/failure";
import { retry } from "../../lib/retry";
import type { Answer } from "../../lib/sendRequest";

/** What became of each Secret, by name. */
export interface SecretsRestored {
  /** Created, and read back. */
  restored: string[];
  /** There already, and left as they were: cert-manager may have renewed them since they were saved. */
  kept: string[];
}

const tries = 5;

/**
 * Puts saved Secrets back, each into its namespace. What is there is never written over.
 * @param pauseMs length of the first pause between two tries; @default 1000
 * @throws Failure that names the Secret, and shows nothing of its content
 */
export async function restoreSecrets(
  secrets: readonly SavedSecret[],
  server: ApiServer,
  log: (line: string) => void,
  pauseMs?: number,
): Promise<SecretsRestored> {
  const restored: string[] = [];
  const kept: string[] = [];
  for (const secret of secrets) {
    const answer = await create(secret, server, log, pauseMs);
    if (answer.status === 409) {
      log(`Secret ${secret.name}: is there already, left as it is`);
      kept.push(secret.name);
      continue;
    }
    if (answer.status !== 201) throw refusal(secret, answer);
    checkCreated(secret, answer);
    log(`Secret ${secret.name}: restored`);
    restored.push(secret.name);
  }
  return { restored, kept };
}

async function create(
  { name, namespace, type, data, labels, annotations }: SavedSecret,
  server: ApiServer,
  log: (line: string) => void,
  pauseMs?: number,
): Promise<Answer> {
  const metadata = { name, namespace, labels, annotations };
  const object = { apiVersion: "v1", kind: "Secret", metadata, type, data };
  try {
    return await retry(
      tries,
      () => true,
      log,
      async () => {
        const answer = await askApiServer(server, `/api/v1/namespaces/${namespace}/secrets`, object);
        if (answer.status >= 500 || answer.status === 429)
          throw new Error(`the API server answered ${answer.status}`);
        return answer;
      },
      pauseMs,
    );
  } catch (error) {
    throw new Failure(
      `Secret ${name} could not be created in namespace ${namespace}: ${reasonOf(error)}`,
      "see that the API server answers, then run up again",
    );
  }
}

// Only the reason: the message of an answer may quote what was sent.
function refusal({ name, namespace }: SavedSecret, { status, body }: Answer): Failure {
  const what = `the API server refuses to create Secret ${name} in namespace ${namespace} (${status}${reasonIn(body)})`;
  if (status === 401 || status === 403)
    return new Failure(what, "bind a role with create of secrets to the service account of this Job");
  return new Failure(
    what,
    'set lstm-pfd:savedSecrets to "[]" and run up again: cert-manager issues the certificate anew',
  );
}

function reasonIn(body: string): string {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return typeof reason === "string" ? ` ${reason}` : "";
  } catch {
    return "";
  }
}

function checkCreated({ name, namespace, type, data }: SavedSecret, { body }: Answer): void {
  const created = JSON.parse(body) as Partial<SavedSecret>;
  if (created.type !== type || !isDeepStrictEqual(created.data, data))
    throw new Failure(
      `Secret ${name} in namespace ${namespace} is not what was saved, although the API server has created it`,
      "look for an admission webhook that changes Secrets, delete this one, and run up again",
    );
}

/**
 * Reads the saved Secrets that the Job was given.
 * @param path file with them, as `savedSecretsText` writes it
 * @throws Failure when it cannot be read, or holds something else
 */
export function readSavedSecrets(path: string): SavedSecret[] {
  const remedy = "mount the Secret with the saved Secrets into the Job, and run up again";
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${reasonOf(error)}`, remedy);
  }
  try {
    return parseSavedSecrets(text);
  } catch (error) {
    throw new Failure(`${path} ${reasonOf(error)}`, remedy);
  }
}
