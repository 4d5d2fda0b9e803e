import type { KeyAnswer, StoreAnswer } from "./facts";
import { type Context, type Finding, npmRun, oneLine, spanText } from "./finding";
import { judgeExpiry } from "./judgeExpiry";
import { type Refusal, refusalOf } from "./refusedKeys";

/** S3 takes no request whose time differs by more. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3_LIMIT_MS = 15 * 60_000;
/** From here on it is a matter of hours until nothing can be signed. */
const FATAL_MS = 5 * 60_000;
const WARN_MS = 30_000;

/** What is wrong with an object store, as who has no keys sees it. */
export function judgeStore(store: StoreAnswer, context: Context): Finding[] {
  const { at, failed, certificate, untrusted } = store;
  if (failed !== undefined)
    return [
      {
        severity: "down",
        what: "the object store does not answer this machine",
        evidence: `${at}: ${oneLine(failed)}`,
        todo: remedyOf(failed),
        command: `curl -v https://${at}/`,
        about: ["store"],
        becauseOf: ["dns/store", "disk"],
      },
    ];
  const untrustedFinding: Finding[] =
    untrusted === undefined || untrusted === "CERT_HAS_EXPIRED"
      ? []
      : [
          {
            severity: "down",
            what: "the certificate of the object store is not trusted",
            evidence: `${at}: ${untrusted}, issued by ${certificate?.issuer ?? "unknown"}`,
            todo: "let s3CaCertificate hold the authority that has issued it, and the endpoint the name that it is for",
            command: `openssl s_client -connect ${at} -showcerts`,
            about: ["store", "store/certificate"],
          },
        ];
  return [
    ...untrustedFinding,
    ...judgeExpiry(certificate, context.now, {
      what: "the certificate of the object store",
      at,
      todo: "renew it; a store on this machine renews its own with the next up",
      command: npmRun(context, "up"),
      about: ["store", "store/certificate"],
    }),
    ...judgeClock(store),
  ];
}

/** This machine's clock, held to the store's. */
function judgeClock({ at, askedAt, storeTime }: StoreAnswer): Finding[] {
  if (askedAt === undefined || storeTime === undefined) return [];
  const skew = askedAt.getTime() - storeTime.getTime();
  const apart = Math.abs(skew);
  if (apart < WARN_MS) return [];
  const fatal = apart >= FATAL_MS;
  return [
    {
      severity: fatal ? "down" : "look",
      what: `the clock of this machine ${skew > 0 ? "is ahead of" : "lags behind"} the object store's by ${spanText(apart)}`,
      evidence: `here ${askedAt.toISOString()}, at ${at} ${storeTime.toISOString()}; S3 refuses from ${spanText(S3_LIMIT_MS)} on`,
      todo: "set the clock by NTP, here and on the nodes, or at the store if that one is wrong",
      command: "timedatectl status",
      about: ["clock"],
    },
  ];
}

/** Keys that the object store refuses. */
export function judgeKeys(keys: readonly KeyAnswer[], context: Context): Finding[] {
  const refused = keys.flatMap(({ who, refused: why }) =>
    why === undefined ? [] : [{ who, why, kind: refusalOf(why) }],
  );
  const kinds = [...new Set(refused.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const ofKind = refused.filter((each) => each.kind === kind);
    const who = ofKind.map((each) => each.who).join(", ");
    return {
      severity: ofKind.some((each) => each.who !== "environment") ? ("at risk" as const) : ("look" as const),
      what: `the object store refuses the keys of ${who}: ${said[kind].what}`,
      evidence: oneLine(ofKind[0]?.why ?? ""),
      todo: said[kind].todo,
      ...(said[kind].command === undefined ? {} : { command: said[kind].command(context) }),
      about: ["keys", ...ofKind.map((each) => `keys/${each.who}`)],
      becauseOf: [...(kind === "clock" ? ["clock"] : []), "store", "dns/store"],
    };
  });
}

const anew = (context: Context): string => npmRun(context, "kit");

const said: Record<Refusal, { what: string; todo: string; command?: (context: Context) => string }> = {
  "unknown key": {
    what: "it does not know the key, which was revoked or never made there",
    todo: "make a key for this role at the store, set it on the vault (…AccessKeyId, …SecretAccessKey), run up on both layers; the kit then holds it",
    command: anew,
  },
  "wrong secret": {
    what: "it knows the key, and the secret is not that one's",
    todo: "the secret was replaced, or cut off when it was copied: set the right one on the vault, then write the kit anew",
    command: anew,
  },
  expired: {
    what: "they have expired, or are of a session that has ended",
    todo: "log in again: temporary credentials are of hours",
    command: () => "aws sts get-caller-identity",
  },
  clock: {
    what: "the clock of this machine is too far from the store's",
    todo: "set the clock by NTP",
    command: () => "timedatectl status",
  },
  denied: {
    what: "they are right, and may not do this",
    todo: "the policy of the role or of the bucket has changed: bring the vault to what the program says",
    command: (context) => npmRun(context, "preview"),
  },
  "no credentials": {
    what: "there are none",
    todo: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
  },
  "no bucket": {
    what: "the bucket is not there",
    todo: "look at the keys bucket and s3Endpoint; if they are right, the vault is gone: see docs/runbook.md",
  },
  other: {
    what: "for a reason of its own",
    todo: "do what the line above says; then run doctor again",
  },
};

function remedyOf(failed: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(failed))
    return "its name is not found: look at the name server, and at the key s3Endpoint";
  if (/ECONNREFUSED/.test(failed))
    return "nothing listens there: start the store; one on this machine is started by up";
  if (/ETIMEDOUT|no answer|EHOSTUNREACH|ENETUNREACH/.test(failed))
    return "the network or a firewall swallows it: look at the way there, then at the store";
  return "look at the store and at the way there";
}
