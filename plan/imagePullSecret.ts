/** Credentials of a registry, as a message and docs/configuration.md say their rule. */
export const dockerConfigRule = {
  rule: 'must be JSON as in {"auths":{"registry.example.com":{"auth":"…"}}}, with credentials for each registry in it; a config.json that leaves them to a credential helper holds none',
  standIn: '{"auths":{"registry.example.com":{"auth":"stand-in"}}}',
};

/**
 * Reads credentials of a registry, as in the `config.json` of docker and podman.
 * @returns the same text; empty for none
 * @throws Error whose message is the rule that the text breaks, and shows nothing of the text
 */
export function readDockerConfig(text: string): string {
  if (text !== "" && !holdsCredentials(text)) throw new Error(dockerConfigRule.rule);
  return text;
}

function holdsCredentials(text: string): boolean {
  try {
    const { auths } = JSON.parse(text) as { auths?: Record<string, Credentials> };
    const registries = Object.values(auths ?? {});
    return registries.length > 0 && registries.every(isComplete);
  } catch {
    return false;
  }
}

interface Credentials {
  auth?: unknown;
  username?: unknown;
  password?: unknown;
}

// As the kubelet reads them: one text, or the two parts of it.
function isComplete({ auth, username, password }: Credentials): boolean {
  return isText(auth) || (isText(username) && isText(password));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
