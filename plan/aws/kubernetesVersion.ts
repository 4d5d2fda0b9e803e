/** Newest minor version that EKS, cert-manager 1.21 and Traefik 3.7 are all made for. */
export const defaultKubernetesVersion = "1.36";

/** Minor version whose standard support at EKS ended last: older ones cannot be created without extra charge. */
const lastEnded = 33;

/**
 * @param key name of the argument, for the message
 * @throws Error when EKS does not create clusters of the version in standard support any more, or it is no version
 */
export function checkKubernetesVersion(key: string, version: string): void {
  const minor = Number(/^1\.(\d{2})$/.exec(version)?.[1]);
  if (!(minor > lastEnded))
    throw new Error(
      `${key} is "${version}": must be a minor version in standard support at EKS, 1.${lastEnded + 1} or newer, as in ${defaultKubernetesVersion}`,
    );
}
