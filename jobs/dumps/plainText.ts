import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Failure, reasonOf } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { readWhole } from "./dumpParts";

/** The SQL of a plain dump, as it comes. @throws Failure when it was compressed by nobody, is damaged, or cut off */
export async function* plainText(
  storage: Pick<ObjectStorage, "open" | "describe">,
  { key, sizeBytes }: { key: string; sizeBytes: number },
): AsyncGenerator<Buffer> {
  const where = storage.describe(key);
  const refuse = (what: string): Failure =>
    new Failure(`${where} ${what}`, "choose another dump (npm run dumps lists them)");
  if (sizeBytes === 0) throw refuse("is empty");
  const packed = Readable.from(readWhole({ storage }, key, sizeBytes), { objectMode: false });
  const gunzip = createGunzip();
  packed.on("error", (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    for await (const bytes of gunzip) yield bytes as Buffer;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code = "" } = error as { code?: string };
    if (code === "Z_BUF_ERROR") throw refuse("is cut off: its compressed data has no end");
    if (code.startsWith("Z_")) throw refuse(`is damaged, or not compressed by gzip (${reasonOf(error)})`);
    throw error;
  } finally {
    packed.destroy();
  }
}
