import assert from "node:assert/strict";
import { readCertificates } from "../../../automation/readCertificates";
import type { SavedSecret } from "../../../plan/savedSecrets";
import { authoritySample, tlsSecret } from "../plan/savedSecretSamples";

/** kubectl on clusters that hold these Secrets, and its calls. */
function kubectlOn(secrets: readonly SavedSecret[]) {
  const calls: string[][] = [];
  const call = (args: readonly string[]): Promise<string> => {
    calls.push([...args]);
    const namespace = args.includes("--namespace=cert-manager") ? "cert-manager" : "lstm-pfd";
    const items = secrets
      .filter((secret) => secret.namespace === namespace)
      .map(({ name, labels, annotations, type, data }) => ({
        metadata: { name, namespace, labels, annotations },
        type,
        data,
      }));
    return Promise.resolve(JSON.stringify({ items }));
  };
  return { calls, call };
}

describe("certificates of a cluster", () => {
  it("are read from the application's namespace and that of cert-manager", async () => {
    const kubectl = kubectlOn([tlsSecret, authoritySample]);
    assert.deepEqual(await readCertificates(kubectl), [tlsSecret, authoritySample]);
    assert.deepEqual(kubectl.calls, [
      ["get", "secrets", "--output=json"],
      ["get", "secrets", "--output=json", "--namespace=cert-manager"],
    ]);
  });

  it("are none where there is no cert-manager", async () => {
    assert.deepEqual(await readCertificates(kubectlOn([])), []);
  });
});
