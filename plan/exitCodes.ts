/**
 * How the commands of `jobs/` end, where a number says more than the sentence beside it: their Jobs decide by it whether another
 * pod helps. Every other number but 0 is final.
 */
export const exitCodes = {
  failed: 1,
  /** The pod came too early: another one may get what this one lacks. As EX_TEMPFAIL of sysexits.h. */
  tooEarly: 75,
  /** Stopped by SIGTERM, as a shell says it: what it did can be done again. */
  stopped: 143,
} as const;
