import { CommandError } from "../../lib/process";
import type { Builder } from "./builder";

/**
 * A push that failed, in words, with what to do where that is known of its kind.
 * @param destination registry, repository and tag
 */
export function pushProblem(error: unknown, destination: string, builder: Builder["name"]): unknown {
  if (!(error instanceof CommandError)) return error;
  const last = error.stderr.trim().split("\n").at(-1) ?? "";
  // What buildah says before it is about its own doing.
  const said = last.replace(/^.*?"docker:\/\/[^"]*": /, "").replace(/^.*at destination: /, "");
  const [registry = ""] = destination.split("/");
  const repository = destination.slice(registry.length + 1).replace(/:[^:/]*$/, "");
  const todo = kinds.find(({ sign }) => sign.test(error.stderr))?.todo(builder, registry, repository);
  const what = todo === undefined ? `: ${said}` : ` (${said}): ${todo}`;
  return new Error(`${destination} was not pushed${what}. The stack's file was not touched.`, {
    cause: error,
  });
}

const kinds: readonly {
  sign: RegExp;
  todo: (builder: string, registry: string, repository: string) => string;
}[] = [
  {
    // Before the others: ECR names the repository that is missing, and says "denied" besides where the account is another.
    sign: /name unknown|repository with name .* does not exist|NAME_UNKNOWN/i,
    todo: (_builder, registry, repository) =>
      `the registry has no repository ${repository}; make it${registry.includes(".dkr.ecr.") ? ` by "aws ecr create-repository --repository-name ${repository}"` : ""}, then run this again`,
  },
  {
    sign: /unauthorized|authentication required|no basic auth|access (?:to the resource )?(?:is )?denied|\bdenied\b|\b401\b|\b403\b/i,
    todo: (builder, registry) =>
      `the registry does not let you in, or not write; "${builder} login ${registry}" keeps credentials${
        registry.includes(".dkr.ecr.")
          ? `, for ECR "aws ecr get-login-password | ${builder} login --username AWS --password-stdin ${registry}", valid for twelve hours`
          : ""
      }`,
  },
  {
    sign: /server gave HTTP response to HTTPS client|certificate signed by unknown authority|x509:/i,
    todo: (_builder, registry) =>
      `${registry} is not reached over TLS that this machine trusts; install its authority in the system, or name it in /etc/containers/registries.conf`,
  },
];
