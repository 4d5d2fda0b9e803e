import * as pulumi from "@pulumi/pulumi";

/** One resource that a program registered. What is secret in its inputs stands in a {@link Secret}. */
export interface Recorded {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** A value that the program marked as secret. */
export interface Secret {
  secret: unknown;
}

/** How secrets travel between a program and the engine. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  if (value === null || typeof value !== "object") return value;
  const object = value as Record<string, unknown>;
  if (object[SIGNATURE] === SECRET) return { secret: marked(object["value"]) } satisfies Secret;
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, marked(inner)]));
}

/**
 * Runs a part of a program under mocks. Proves what is registered with which inputs; proves nothing about protection,
 * order, or what a provider makes of it.
 * @param outputs more outputs than the inputs, by type
 * @param answers results of lookups by token; others give back what they were asked
 */
export async function recordResources(
  build: () => void | Promise<void>,
  outputs: Record<string, (args: pulumi.runtime.MockResourceArgs) => Record<string, unknown>> = {},
  answers: Record<string, (asked: Record<string, unknown>) => Record<string, unknown>> = {},
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const { type, name, inputs } = args as {
          type: string;
          name: string;
          inputs: Record<string, unknown>;
        };
        recorded.push({ type, name, inputs: marked(inputs) as Record<string, unknown> });
        return { id: args.id ?? `${name}-id`, state: { ...inputs, ...outputs[type]?.(args) } };
      },
      call: ({ token, inputs }) => {
        const asked = inputs as Record<string, unknown>;
        return { ...asked, ...answers[token]?.(asked) };
      },
    },
    "lstm-pfd",
    "test",
  );
  acceptHooks();
  await build();
  await pulumi.runtime.disconnect();
  return recorded.sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
}

/** Lets the program register hooks, which the mocks do not know. They never run. */
export function acceptHooks(): void {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("there is no monitor");
  Object.assign(monitor, {
    registerResourceHook: (_request: unknown, done: (error: unknown) => void) => {
      done(null);
    },
  });
}

/** The one resource of a type and name. */
export function only(resources: readonly Recorded[], type: string, name: string): Record<string, unknown> {
  const found = resources.filter((resource) => resource.type === type && resource.name === name);
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(
      `${found.length} resources ${type} ${name}; there are ${resources.map((resource) => `${resource.type} ${resource.name}`).join(", ")}`,
    );
  return found[0].inputs;
}
