import { readFileSync } from "node:fs";
import { connect, type ConnectionOptions } from "node:tls";

/** Where the application is called, and as what. */
export interface Target {
  tls: boolean;
  /** Name and port that the call is for, as a browser writes them. */
  host: string;
  /** Name that the certificate must be for. */
  servername: string;
  /** Host and port that the connection goes to. */
  connectTo: string;
  port: number;
  /**
   * PEM of the authority that must have signed the certificate; undefined where any certificate will do.
   * @throws Error when it is not there, or not yet
   */
  authority: () => string | undefined;
}

/** What a certificate says of itself. */
export interface Certificate {
  /** Hexadecimal. */
  serialNumber: string;
  /** Common name of who signed it. */
  issuer: string;
  /** ISO. */
  validTo: string;
}

const TIMEOUT_MS = 10_000;

/**
 * @param url of the application, without a path
 * @param connectTo host that the connection goes to; empty for the one in the URL
 * @param authorityFile PEM file of the authority; empty where any certificate will do
 */
export function targetOf(url: string, connectTo: string, authorityFile: string): Target {
  const { protocol, host, hostname, port } = new URL(url);
  const tls = protocol === "https:";
  return {
    tls,
    host,
    servername: hostname,
    connectTo: connectTo === "" ? hostname : connectTo,
    port: port === "" ? (tls ? 443 : 80) : Number(port),
    authority: () => (authorityFile === "" ? undefined : readAuthority(authorityFile)),
  };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error(`${file} is not there: cert-manager has not issued the certificate`);
  }
}

/** Options of a TLS connection. */
export function tlsOptions(servername: string, authority: string | undefined): ConnectionOptions {
  return authority === undefined ? { servername, rejectUnauthorized: false } : { servername, ca: authority };
}

/**
 * Asks for the certificate that clients are shown.
 * @throws Error when there is none, or it is not by the authority, not for the host, or not valid now
 */
export function checkCertificate({ connectTo, port, servername, authority }: Target): Promise<Certificate> {
  const options = { host: connectTo, port, ...tlsOptions(servername, authority()) };
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      const { serialNumber, issuer, valid_to: validTo } = socket.getPeerCertificate();
      socket.destroy();
      resolve({
        serialNumber,
        issuer: [issuer.CN ?? ""].flat().join(", "),
        validTo: new Date(validTo).toISOString(),
      });
    });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    socket.on("error", reject);
  });
}
