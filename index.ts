import type * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "./config/config";
import { withKit } from "./kit/withKit";
import { platform } from "./stacks/platform";
import { vault } from "./stacks/vault";

/**
 * The program of both layers; `lstm-pfd:layer` says which one a stack is: the vault, which lives for ever, or the platform,
 * which a disaster takes and this program brings back.
 */
function program(): Promise<pulumi.Inputs> {
  const config = loadConfig(withKit);
  return config.layer === "vault" ? vault(config) : Promise.resolve(platform(config));
}

// Pulumi calls what `module.exports` is, and nothing else.
export = program;
