/**
 * Why a platform is not removed.
 * @param reason why its cluster does not answer; undefined when it does
 * @returns undefined when it may be removed
 */
export function refusedRemoval(
  stack: string,
  reason: string | undefined,
  clusterIsGone: boolean,
): string | undefined {
  if (reason === undefined)
    return clusterIsGone
      ? `the cluster of stack ${stack} answers, and --cluster-is-gone says that it is gone: nothing was touched; leave the option out, and what is in the cluster is removed`
      : undefined;
  return clusterIsGone ? undefined : `nothing was touched: ${unansweredText(stack, reason)}`;
}

/** What a person is told when the cluster does not answer while it is to be emptied. */
export function unansweredText(stack: string, reason: string): string {
  return `what stack ${stack} has in its cluster cannot be removed, because the cluster does not answer, and would run on without an owner (${reason}). Bring its API server back, or the network and the credentials to it, then run this again; only if the cluster is gone for good, run: npm run down -- --stack ${stack} --cluster-is-gone`;
}
