import { plainTextSecret } from "../../../policies/rules/plainTextSecret";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import { containerTitle, goodDeployment, withContainer } from "./podSample";

const env = (...variables: [name: string, value: string][]) =>
  withContainer({ env: variables.map(([name, value]) => ({ name, value })) });

describeResourceRule(plainTextSecret, goodDeployment, [
  ...["DB_PASSWORD", "JWT_SECRET", "API_TOKEN", "AWS_SECRET_ACCESS_KEY", "privateKey", "CIPHER_PASS"].map(
    (name) => ({
      title: `refuses ${name} in plain text`,
      change: env([name, "hunter2"]),
      violations: [`${containerTitle}: variable ${name} has the name of a secret and a value in plain text`],
    }),
  ),
  {
    title: "refuses a password in a URL, and does not repeat it",
    change: env(["DATABASE", "postgresql://app:hunter2@db:5432/app"]),
    violations: [`${containerTitle}: variable DATABASE holds a password in plain text, in a postgresql URL`],
  },
  {
    title: "refuses a password in a URL whatever the name is about",
    change: env(["REDIS_URL", "redis://:hunter2@redis:6379"]),
    violations: [`${containerTitle}: variable REDIS_URL holds a password in plain text, in a redis URL`],
  },
  {
    title: "takes what is about a secret",
    change: env(
      ["DB_PASSWORD_FILE", "/run/secrets/db"],
      ["SECRET_NAME", "app"],
      ["AWS_ACCESS_KEY_ID", "AKIA"],
      ["TOKEN_TTL", "3600"],
      ["DATABASE_URL", "postgresql://db:5432/app"],
      ["PASSWORD", ""],
    ),
  },
  {
    title: "takes what is allowed by name",
    change: env(["TOKEN", "public"]),
    config: { allowedNames: ["TOKEN"] },
  },
  {
    title: "says that a value is unknown",
    change: env(["HOST", unknown]),
    unknown: "spec.template.spec.containers.0.env.0.value",
  },
]);
