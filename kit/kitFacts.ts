import { X509Certificate } from "node:crypto";
import { reasonOf } from "../lib/failure";
import { parseSavedSecrets } from "../plan/savedSecrets";
import { type CertificateFacts, type KitFacts, type Read, read, unknown } from "../plan/status/facts";
import { checkFit, checkNewest } from "./fit";
import type { Kit } from "./kit";
import { type KitBucket, VaultUnknownError } from "./kitBucket";
import { aboutKit, RecoveryKitError } from "./recoveryKit";

/** Whether a kit is of a vault, and the newest there. */
export type KitFit = Pick<KitFacts, "fit" | "problem">;

/** What of a kit a status tells: nothing of it is a secret. @param place path of its file, or address of its object */
export function kitFacts(place: string, kit: Kit, fit: KitFit): KitFacts {
  const { generation, writtenAt, platform } = kit;
  return {
    place,
    generation,
    writtenAt,
    ...(platform === undefined ? {} : { stack: platform.stack }),
    ...fit,
    ...certificatesOf(kit),
  };
}

/** Holds a kit of a file to the vault. Never throws: what cannot be told is a result as well. */
export async function fitOf(
  place: string,
  kit: Kit,
  bucket: Pick<KitBucket, "address" | "kitObject" | "identity" | "read">,
): Promise<KitFit> {
  const { address, kitObject } = bucket;
  try {
    const identity = await bucket.identity();
    const said = checkFit(place, kit, { address, identity });
    const newest = await bucket.read();
    if (newest === undefined)
      return {
        fit: read(said),
        problem: {
          place,
          fault: "missing",
          reason: `vault ${address} has none: this is the only one`,
          remedy: 'store it there: "npm run kit"',
        },
      };
    said.push(...checkNewest(place, kit, { address }, aboutKit(kitObject, newest.text)));
    return { fit: identity === undefined ? unknown(said.join("; "), '"npm run kit" says so') : read(said) };
  } catch (error) {
    return faultOf(error);
  }
}

/** What an error says of a kit that could be opened all the same. */
function faultOf(error: unknown): KitFit {
  if (error instanceof RecoveryKitError) {
    const { place, fault, reason, remedy } = error;
    return { fit: { state: "not asked", why: reason }, problem: { place, fault, reason, remedy } };
  }
  const { why, remedy } = notHad(error);
  return { fit: unknown(why, remedy) };
}

/** Why a kit, or its vault, could not be had, and what to do. */
export function notHad(error: unknown): { why: string; remedy: string } {
  if (error instanceof RecoveryKitError)
    return { why: `${error.place}: ${error.reason}`, remedy: error.remedy };
  if (error instanceof VaultUnknownError) return { why: error.what, remedy: error.remedy };
  return { why: reasonOf(error), remedy: "mend that, then run this again" };
}

/** Certificates in a kit, with their ends: those of cert-manager, and the authority of the object store. */
export function certificatesOf({ values, vault }: Kit): Pick<KitFacts, "certificates" | "unreadable"> {
  const certificates: CertificateFacts[] = [];
  const unreadable: string[] = [];
  const add = (name: string, kind: CertificateFacts["kind"] | undefined, pem: string): void => {
    const end = endOf(pem);
    if (end.state !== "read") unreadable.push(`${name}: ${end.why}`);
    else certificates.push({ name, kind: kind ?? end.value.kind, validTo: end.value.validTo });
  };
  try {
    for (const { namespace, name, data } of parseSavedSecrets(values.savedSecrets ?? ""))
      if (data["tls.crt"] !== undefined)
        add(`${namespace}/${name}`, undefined, Buffer.from(data["tls.crt"], "base64").toString());
  } catch (error) {
    unreadable.push(reasonOf(error));
  }
  const authority = values.s3CaCertificate ?? vault?.authority ?? "";
  if (authority !== "") add("s3CaCertificate", "authority of the object store", authority);
  return { certificates, unreadable };
}

/** Of several authorities in one text the last to end counts: one follows another. Of a chain the first one is the leaf. */
function endOf(pem: string): Read<{ kind: CertificateFacts["kind"]; validTo: Date }> {
  try {
    const all = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    const [first, ...others] = all.map((each) => new X509Certificate(each));
    if (first === undefined) return unknown("it holds none", "");
    const counted = first.ca ? [first, ...others] : [first];
    const ends = counted.map(({ validTo }) => Date.parse(validTo));
    return read({ kind: first.ca ? "authority" : "leaf", validTo: new Date(Math.max(...ends)) });
  } catch (error) {
    return unknown(reasonOf(error), "");
  }
}
