import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** Texts that are drawn once and kept in the stack. Letters and digits only, so that every program takes them unquoted. */
export const drawText = {
  /** A secret. */
  secret: (name: string, length: number, options: pulumi.CustomResourceOptions): pulumi.Output<string> =>
    new random.RandomPassword(
      name,
      { length, special: false },
      { ...options, additionalSecretOutputs: ["result"] },
    ).result,
  /** An identifier of capitals and digits, no secret. */
  identifier: (name: string, length: number, options: pulumi.CustomResourceOptions): pulumi.Output<string> =>
    new random.RandomString(name, { length, lower: false, special: false }, options).result,
};
