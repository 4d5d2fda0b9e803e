/** One statement of a policy document. */
export interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | boolean | string[]>>;
}

/** Statements of a policy document, given as JSON or as a value; undefined when it is not one. */
export function parsePolicy(policy: unknown): Statement[] | undefined {
  try {
    const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
      Statement?: Statement | Statement[];
    } | null;
    const statements = document?.Statement;
    if (statements === undefined) return undefined;
    return Array.isArray(statements) ? statements : [statements];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Whether the statements refuse an action to everyone but some named principals. A refusal counts only when it is for all that
 * the action acts on, and is narrowed by nothing but exceptions that name somebody.
 */
export function refusesAction(statements: readonly Statement[], action: string): boolean {
  const isWhole = actsOnObjects(action) ? isAllObjects : isBucket;
  return statements.some(
    (statement) =>
      isForEveryone(statement) &&
      includesAction(listOf(statement.Action), action) &&
      listOf(statement.Resource).some(isWhole) &&
      onlyExceptsPrincipals(statement.Condition),
  );
}

/** Whether an action of S3 acts on objects: its resource is `bucket/*` then, otherwise `bucket`. */
export function actsOnObjects(action: string): boolean {
  return /^s3:(?!(Create|Delete|Get|List|Put)Bucket)(\w*Object|\w*Multipart|Bypass|Replicate|InitiateReplication)/i.test(
    action,
  );
}

// The bucket's name may be unknown in a preview, and S3 takes no policy that speaks of another bucket.
function isAllObjects(resource: string): boolean {
  return resource === "*" || /^[^/]+\/\*$/.test(resource);
}

function isBucket(resource: string): boolean {
  return !resource.includes("/");
}

// An action may end in a star.
function includesAction(actions: readonly string[], wanted: string): boolean {
  return actions.some((action) =>
    action.endsWith("*")
      ? wanted.toLowerCase().startsWith(action.slice(0, -1).toLowerCase())
      : action.toLowerCase() === wanted.toLowerCase(),
  );
}

/** Whether a statement keeps everyone from a bucket and its objects as long as they do not use TLS. */
export function refusesPlainHttp(statement: Statement): boolean {
  const { Action, Resource, Condition } = statement;
  const resources = listOf(Resource);
  const wholeBucket =
    resources.includes("*") ||
    resources.some((resource) => !resource.includes("/") && resources.includes(`${resource}/*`));
  return (
    isForEveryone(statement) &&
    listOf(Action).some((action) => action === "s3:*" || action === "*") &&
    wholeBucket &&
    onlyPlainHttp(Condition)
  );
}

// A second condition would narrow the refusal.
function onlyPlainHttp(condition: Statement["Condition"]): boolean {
  const [operator, ...others] = Object.entries(condition ?? {});
  if (operator === undefined || others.length > 0 || operator[0] !== "Bool") return false;
  const [test, ...more] = Object.entries(operator[1]);
  return (
    test !== undefined &&
    more.length === 0 &&
    test[0].toLowerCase() === "aws:securetransport" &&
    String(test[1]) === "false"
  );
}

function isForEveryone({ Effect, Principal }: Statement): boolean {
  const everyone =
    Principal === "*" || (typeof Principal === "object" && listOf(Principal["AWS"]).includes("*"));
  return Effect === "Deny" && everyone;
}

function onlyExceptsPrincipals(condition: Statement["Condition"]): boolean {
  return Object.entries(condition ?? {}).every(
    ([operator, tests]) =>
      /^(Arn|String)Not(Equals|Like)$/.test(operator) &&
      Object.entries(tests).every(
        ([key, value]) =>
          key.toLowerCase() === "aws:principalarn" &&
          typeof value !== "boolean" &&
          listOf(value).every(namesPrincipal),
      ),
  );
}

// A star in place of the account or of the name fits anyone, and a variable fits whoever asks.
function namesPrincipal(arn: string): boolean {
  return /^arn:[^:*?$]+:(iam|sts)::[^:*?$]+:(root|[a-z-]+\/([^$]*\/)?[^/*?$][^/$]*)$/.test(arn);
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
