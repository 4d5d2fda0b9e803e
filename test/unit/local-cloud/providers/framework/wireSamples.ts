import type { Wire } from "../../../../../local-cloud/providers/framework/wire";

const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Signature of an output value. */
export const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Signature of a reference to a resource. */
export const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** An object with a signature, as the engine sends it. */
export function signed(signature: string, members: Record<string, Wire>): Wire {
  return { [SIGNATURE]: signature, ...members };
}

/** A secret, as the engine sends it. */
export function secret(value: Wire): Wire {
  return signed("1b47061264138c4ac30d75fd1eb44270", { value });
}
