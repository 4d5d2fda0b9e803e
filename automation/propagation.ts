import { setTimeout as sleep } from "node:timers/promises";
import type { Problem } from "./events";
import { OperationError, type Watching } from "./operation";

/**
 * What AWS says of a key, a role or a policy that was made a moment ago, and does not know everywhere yet. The AWS provider
 * repeats most of it for two minutes; a key that EKS is to use it does not (terraform-provider-aws#49247).
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const refusals = [
  /Access denied to KMS key .*revoked grant/i,
  /\bKMS key(?: id)?\b.*\b(?:could not be found|does not exist|is not found)/i,
  /MalformedPolicy(?:Document)?(?:Exception)?: .*\bprincipal/i,
  /InvalidParameter\w*: .*\brole\b.*(?:does not exist|(?:can|could) ?not be assumed)/i,
];

/** Whether a problem may pass once AWS knows everywhere what was made a moment ago. */
export function mayPropagate({ message }: Problem): boolean {
  return refusals.some((refusal) => refusal.test(message));
}

/** How often to try, and how long to rest between, in milliseconds. */
const patience = { times: 3, restMs: 30_000 };

/**
 * Brings a stack up again when nothing but such a refusal has ended it, and says so. What was made is there already.
 * @throws OperationError of the last try; the reason of the signal
 */
export async function repeatUntilPropagated<T>(
  up: () => Promise<T>,
  { detail, signal }: Pick<Watching, "detail" | "signal">,
  { times, restMs } = patience,
): Promise<T> {
  for (let count = 1; ; count += 1)
    try {
      return await up();
    } catch (error) {
      const passing =
        error instanceof OperationError && error.problems.length > 0 && error.problems.every(mayPropagate);
      if (!passing || count === times) throw error;
      const what = error.problems.map(({ resource }) => resource).join(", ");
      detail(
        `AWS does not know yet what ${what} needs, and was made a moment ago: trying again in ${restMs / 1000} s`,
      );
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
}
