import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { projectRoot } from "../../../lib/paths";
import type { PolicyDocument } from "../../../plan/aws/policyDocument";
import { recordProgram, stacks } from "../../unit/recordProgram";

/** Properties of resources that hold a policy. */
const policyProperties = ["policy", "assumeRolePolicy"];

/** Stands for the role itself, where a linter wants to know which. */
const itself = "arn:aws:iam::123456789012:role/itself";

/** Every policy that the stacks at AWS register, as text, by stack, type, name and property. */
export async function registeredPolicies(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const stack of ["prod", "prod-vault", "prod-vault-two-accounts"]) {
    const { resources } = await recordProgram(stacks[stack] ?? {});
    for (const { type, name, inputs } of resources.filter(({ type }) => type.startsWith("aws:")))
      for (const property of policyProperties) {
        const text = inputs[property];
        if (typeof text === "string") found[`${stack} ${type} ${name} ${property}`] = lintable(text);
      }
  }
  return found;
}

/** Every policy that the guides have people give to AWS, by file and number: files of their own, and what stands in the text. */
export function documentedPolicies(directory = join(projectRoot, "docs")): Record<string, string> {
  const found: Record<string, string> = {};
  for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    const kind = extname(file);
    if (kind !== ".md" && kind !== ".json") continue;
    const text = readFileSync(join(directory, file), "utf8");
    const policies = kind === ".md" ? policiesIn(text) : [text];
    policies.forEach((policy, index) => {
      if (policy.includes('"Statement"')) found[`docs/${file} ${index + 1}`] = lintable(policy);
    });
  }
  return found;
}

/** Policies in a guide: blocks of JSON, and arguments of commands, in which the shell's variables stand for names. */
export function policiesIn(guide: string): string[] {
  const blocks = [...guide.matchAll(/^```json\n(.*?)^```/gms)].map(([, block = ""]) => block);
  const args = [...guide.matchAll(/'(\{"Version":(?:[^']|'"?\$\w+"?')*\})'/g)].map(
    ([, argument = ""]) => argument,
  );
  return [...blocks, ...args]
    .filter((text) => text.includes('"Statement"'))
    .map((text) =>
      text.replaceAll(/'"?\$\w*ACCOUNT\w*"?'/g, "123456789012").replaceAll(/'"?\$\w+"?'/g, "example"),
    );
}

// A trust names no resource: it is the role. parliament knows only policies that name one.
function lintable(text: string): string {
  const policy = JSON.parse(text) as PolicyDocument;
  for (const statement of policy.Statement)
    if (
      statement.Resource === undefined &&
      [statement.Action].flat().every((action) => action.startsWith("sts:"))
    )
      statement.Resource = itself;
  return JSON.stringify(policy);
}
