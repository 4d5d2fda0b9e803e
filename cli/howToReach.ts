import { ingressNamespace } from "../plan/ingress";
import { names } from "../plan/names";

/** Where a running site is, for a person at this machine. */
export interface RunningSite {
  /** Path of its kubeconfig. */
  kubeconfig: string;
  namespace: string;
  /** Name under which the application is reached. */
  host: string;
}

/** Commands that show the pods of a running site, and call its application as a client does. */
export function howToReach({ kubeconfig, namespace, host }: RunningSite): string {
  const kubectl = `kubectl --kubeconfig ${kubeconfig}`;
  return [
    `${kubectl} --namespace ${namespace} get pods`,
    `${kubectl} --namespace ${namespace} get secret ${names.certificateSecret} -o jsonpath='{.data.ca\\.crt}' | base64 -d > ca.crt`,
    `${kubectl} --namespace ${ingressNamespace} port-forward service/traefik 8443:443 &`,
    `curl --cacert ca.crt --connect-to ${host}:443:127.0.0.1:8443 https://${host}/health`,
  ]
    .map((command) => `  ${command}\n`)
    .join("");
}
