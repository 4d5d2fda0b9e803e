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

/** Whether a statement keeps everyone from a bucket and its objects as long as they do not use TLS. */
export function refusesPlainHttp(statement: Statement): boolean {
  const { Effect, Principal, Action, Resource, Condition } = statement;
  const everyone = Principal === "*" || (typeof Principal === "object" && all(Principal["AWS"], ["*"]));
  const resources = listOf(Resource);
  const wholeBucket =
    resources.includes("*") ||
    resources.some((resource) => !resource.includes("/") && resources.includes(`${resource}/*`));
  return (
    Effect === "Deny" &&
    everyone &&
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

function all(value: string | string[] | undefined, wanted: readonly string[]): boolean {
  return wanted.every((item) => listOf(value).includes(item));
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
