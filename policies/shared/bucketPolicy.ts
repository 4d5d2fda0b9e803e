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
 * Actions that the statements refuse to everyone but some named principals: a refusal that is narrowed in another way does not
 * count.
 */
export function refusedActions(statements: readonly Statement[]): string[] {
  return statements
    .filter((statement) => isForEveryone(statement) && onlyExceptsPrincipals(statement.Condition))
    .flatMap(({ Action }) => listOf(Action));
}

/** Whether one of the actions, which may end in a star, stands for the wanted one. */
export function includesAction(actions: readonly string[], wanted: string): boolean {
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
      Object.keys(tests).every((key) => key.toLowerCase() === "aws:principalarn"),
  );
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
