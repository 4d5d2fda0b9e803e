import { certManagerNamespace } from "../plan/certManager";
import { type SavedSecret, savedSecretsOf } from "../plan/savedSecrets";
import type { Kubectl } from "./kubectl";

/**
 * What cert-manager wrote on a cluster: the application's certificate, the authority, the ACME accounts. Nothing where there
 * is no cert-manager.
 * @param kubectl on the application's namespace
 * @throws Error of kubectl
 */
export async function readCertificates(kubectl: Pick<Kubectl, "call">): Promise<SavedSecret[]> {
  const list = ["get", "secrets", "--output=json"];
  // Of two namespaces the last one counts. In one that is not there kubectl finds no Secrets, and no fault.
  const lists = [
    await kubectl.call(list),
    await kubectl.call([...list, `--namespace=${certManagerNamespace}`]),
  ];
  return lists.flatMap(savedSecretsOf);
}
