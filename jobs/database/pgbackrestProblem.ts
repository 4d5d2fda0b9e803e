import { expectedRegion, s3Problem } from "../s3Problem";

/** The first error in pgBackRest's output. */
export interface PgBackRestProblem {
  /** Its exit code, as in `[041]`. */
  code: number | undefined;
  /** First line of its message. */
  reason: string;
  /** Key of the object that the message names. */
  object: string | undefined;
  /** What to do, where S3's own code says it. */
  remedy?: string;
}

/** Keys of the repository, as pgBackRest is told them. */
const keys = "PGBACKREST_REPO1_S3_KEY and PGBACKREST_REPO1_S3_KEY_SECRET";

/**
 * What S3 answered, in the words that the AWS SDK's errors get as well. pgBackRest copies status, headers and content of the
 * answer into its message.
 * @returns undefined where the message holds no answer of S3, or one that speaks for itself
 */
export function s3AnswerIn(message: string): { reason: string; remedy: string } | undefined {
  const element = (name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(message)?.[1];
  const status = /HTTP request failed with (\d{3})/.exec(message)?.[1];
  if (status === undefined) return undefined;
  return s3Problem({
    code: element("Code") ?? "",
    status: Number(status),
    region:
      element("Region") ??
      /x-amz-bucket-region: ([a-z0-9-]+)/.exec(message)?.[1] ??
      expectedRegion(message.replaceAll("&apos;", "'")),
    storageClass: element("StorageClass"),
    keys,
  });
}

/** Finds what went wrong in the output of a pgBackRest that failed. */
export function pgBackRestProblem(output: string): PgBackRestProblem {
  const lines = output.split("\n").map((line) => line.trim());
  const index = lines.findIndex((line) => /ERROR: \[\d+\]: /.test(line));
  const match = /ERROR: \[(\d+)\]: (.*)$/.exec(lines[index] ?? "");
  if (match?.[1] === undefined)
    return {
      code: undefined,
      reason: lines.filter((line) => line !== "").at(-1) ?? "no message",
      object: undefined,
    };
  // What is indented below belongs to the same message.
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => /^(P\d\d|\d{4}-\d\d-\d\d |HINT|\[RETRY)/.test(line));
  const message = [match[2] ?? "", ...rest.slice(0, end === -1 ? rest.length : end)].filter(Boolean);
  const answer = s3AnswerIn(message.join("\n"));
  return {
    code: Number(match[1]),
    reason: answer?.reason ?? message.slice(0, 3).join(" "),
    ...(answer === undefined ? {} : { remedy: answer.remedy }),
    object: /'?\/?(wal\/generation-\d{4}\/repository\/[^'"\s,:]+)/.exec(message.join(" "))?.[1],
  };
}
