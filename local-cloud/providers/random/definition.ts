import type { ProviderDefinition, ResourceHandler } from "../framework/provider";
import { randomPassword, randomString } from "./text";

const HANDLERS: Record<string, ResourceHandler> = {
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomString:RandomString": randomString,
};

/** Texts that are drawn once and kept in the stack, from the system's generator. */
export const random: ProviderDefinition<undefined> = {
  name: "random",
  version: "4.21.2",
  configure: () => undefined,
  handler: (type) => HANDLERS[type],
};
