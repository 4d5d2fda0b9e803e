import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../lib/process";
import { objectStoreAddress, objectStoreHost } from "./address";

/** Certificates of one object store, in its directory. */
export interface CertificateFiles {
  /** PEM of the authority that clients trust. */
  authority: string;
  /** Paths for the server. */
  certificateFile: string;
  keyFile: string;
}

// A vault lives longer than any site: nobody is there to renew it when it runs out in the middle of a disaster.
const VALID_DAYS = 3650;

/** Names and addresses that the server's certificate is for. */
export function certificateNames(store: string): string[] {
  return [`DNS:${objectStoreHost(store)}`, "DNS:localhost", "IP:127.0.0.1", `IP:${objectStoreAddress}`];
}

/**
 * Draws an authority and a certificate of its own for an object store, once: the same authority for as long as the
 * directory lives, because the recovery kit holds it.
 * @param directory where they are kept; made when it is not there
 */
export async function ensureCertificates(directory: string, store: string): Promise<CertificateFiles> {
  if (!existsSync(directory)) {
    const incoming = `${directory}.incoming`;
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    await drawCertificates(incoming, store);
    await rename(incoming, directory);
  }
  return {
    authority: await readFile(join(directory, "ca.pem"), "utf8"),
    certificateFile: join(directory, "server.pem"),
    keyFile: join(directory, "server.key"),
  };
}

async function drawCertificates(directory: string, store: string): Promise<void> {
  const openssl = (...args: string[]): Promise<unknown> =>
    run("openssl", args, { cwd: directory, timeoutMs: 30_000 });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const days = ["-days", String(VALID_DAYS)];
  await openssl(
    ...["req", "-x509", ...newKey, ...days, "-keyout", "ca.key", "-out", "ca.pem"],
    ...["-subj", `/O=LSTM-PFD recovery/CN=Authority of the object store ${store}`],
    ...["-addext", "basicConstraints=critical,CA:TRUE,pathlen:0"],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  );
  await openssl(
    ...["req", ...newKey, "-keyout", "server.key", "-out", "server.csr"],
    ...["-subj", `/CN=${objectStoreHost(store)}`],
  );
  await writeFile(
    join(directory, "server.extensions"),
    [
      `subjectAltName=${certificateNames(store).join(",")}`,
      "basicConstraints=critical,CA:FALSE",
      "keyUsage=critical,digitalSignature",
      "extendedKeyUsage=serverAuth",
      "subjectKeyIdentifier=hash",
      "authorityKeyIdentifier=keyid",
      "",
    ].join("\n"),
  );
  await openssl(
    ...["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", ...days],
    ...["-extfile", "server.extensions", "-out", "server.pem"],
  );
}
