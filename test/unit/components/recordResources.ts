import { recordRegistrations } from "./aws/recordRegistrations";

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

function reading(value: unknown, secret: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => reading(inner, secret));
  if (value === null || typeof value !== "object") return value;
  const object = value as Record<string, unknown>;
  if (object[SIGNATURE] === SECRET) return secret(reading(object["value"], secret));
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, reading(inner, secret)]));
}

/** Inputs with what is secret in plain text, as policies see them. */
export function revealed(inputs: Recorded["inputs"]): Recorded["inputs"] {
  return reading(inputs, (value) => value) as Recorded["inputs"];
}

/** A resource with what is secret in its inputs marked. */
export function withSecrets({ inputs, ...resource }: Recorded): Recorded {
  const secret = (value: unknown): Secret => ({ secret: value });
  return { ...resource, inputs: reading(inputs, secret) as Recorded["inputs"] };
}

/**
 * Runs a part of a program under mocks. Proves what is registered with which inputs; proves nothing about what a provider
 * makes of it. Takes what {@link recordRegistrations} takes, which also tells of options.
 */
export async function recordResources(...run: Parameters<typeof recordRegistrations>): Promise<Recorded[]> {
  return (await recordRegistrations(...run)).resources.map(withSecrets);
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
