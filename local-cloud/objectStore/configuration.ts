import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "../../lib/recipe";
import { identityConfiguration, type Identity } from "./identities";
import { writeSecret } from "./record";
import { masterSettings, securitySettings, storeFiles } from "./services";

/** Bytes of the key that encrypts the keys of objects. */
const KEY_BYTES = 32;

/**
 * Writes what SeaweedFS reads at its start. The key that encrypts objects is drawn once.
 * @throws Error when there are objects, but the key to them is gone
 */
export async function writeConfiguration(directory: string, identities: readonly Identity[]): Promise<void> {
  const { configuration, data } = storeFiles(directory);
  await mkdir(configuration, { recursive: true, mode: 0o700 });
  const security = join(configuration, "security.toml");
  if (!existsSync(security)) {
    if (existsSync(data))
      throw new Error(
        `${security} is gone, and with it the key to all objects in ${data}: bring it back from a copy; nothing was changed`,
      );
    await writeSecret(security, securitySettings(randomBytes(KEY_BYTES).toString("hex")));
  }
  await writeFile(join(configuration, "master.toml"), masterSettings);
  await writeSecret(join(configuration, "identities.json"), identityConfiguration(identities));
  await mkdir(data, { recursive: true, mode: 0o700 });
}

/** Whether the running SeaweedFS has read these identities. */
export function isApplied(directory: string, identities: readonly Identity[]): boolean {
  const marker = markerOf(directory);
  return existsSync(marker) && readFileSync(marker, "utf8") === hashOf(identities);
}

/** Notes that SeaweedFS has been started with these identities. */
export async function markApplied(directory: string, identities: readonly Identity[]): Promise<void> {
  await writeSecret(markerOf(directory), hashOf(identities));
}

function markerOf(directory: string): string {
  return join(storeFiles(directory).configuration, "applied");
}
