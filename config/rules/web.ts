import { emailRule } from "../../plan/certManager";
import { checkChart } from "../../plan/charts";
import { check } from "../../plan/rule";
import type { Config } from "../shape";
import type { Texts } from "../texts";
import { collect } from "./collect";

/**
 * What is wrong with ingress and certificates, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function webProblems(texts: Texts, { web: { ingress, certManager } }: Config): string[] {
  const { issuer } = certManager;
  const problems = collect(
    ...Object.entries({ ingress, certManager }).map(([name, { chart }]) => () => {
      checkChart(`${name}Chart`, chart, "");
    }),
    () => {
      if ("email" in issuer) check(emailRule, "acmeEmail", issuer.email);
    },
  );
  for (const key of ["authorityCertificate", "authorityKey"] as const)
    if (issuer.kind === "own-ca" && texts.isEmpty(key))
      problems.push(`${texts.missing(key)}: certificateIssuer "own-ca" signs with an authority of yours`);
  return problems;
}
