import type { ProviderDefinition, ResourceHandler } from "../framework/provider";
import { objectStore } from "./objectStore";
import { site } from "./site";

const HANDLERS: Record<string, ResourceHandler> = {
  "embedded:index:ObjectStore": objectStore,
  "embedded:index:Site": site,
};

/** The one-machine cloud: object stores and sites in sandboxes of this host. */
export const embedded: ProviderDefinition<undefined> = {
  name: "embedded",
  version: "0.1.0",
  configure: () => undefined,
  handler: (type) => HANDLERS[type],
};
