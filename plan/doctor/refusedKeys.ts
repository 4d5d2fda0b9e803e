/** Kinds of refusal by an object store; what they have in common is the status 403, or nothing at all. */
export type Refusal =
  "unknown key" | "wrong secret" | "expired" | "clock" | "denied" | "no credentials" | "no bucket" | "other";

const kinds: readonly (readonly [RegExp, Refusal])[] = [
  [/InvalidAccessKeyId/, "unknown key"],
  [/SignatureDoesNotMatch/, "wrong secret"],
  [/ExpiredToken|InvalidToken|TokenRefreshRequired|token .*expired/i, "expired"],
  [/RequestTimeTooSkewed|RequestExpired/, "clock"],
  [/there are no credentials|CredentialsProviderError/, "no credentials"],
  [/bucket does not exist|NoSuchBucket/, "no bucket"],
  [/AccessDenied|access was denied|status 403/i, "denied"],
];

/** Which kind of refusal a message is. @param message of the jobs' own errors, or of the AWS SDK */
export function refusalOf(message: string): Refusal {
  return kinds.find(([pattern]) => pattern.test(message))?.[1] ?? "other";
}
