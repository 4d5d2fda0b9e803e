import assert from "node:assert/strict";
import { clusterCause } from "../../../automation/clusterCause";
import { fieldConflict } from "../../../automation/fieldConflict";

/** As the provider words it around the API server's own message. */
const provider = (conflict: string): string =>
  `1 error occurred:\n\t* the Kubernetes API server reported that "lstm-pfd/backup-models-always" failed to fully initialize or become live: Server-Side Apply field conflict detected. See https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help.\nThe resource managed by field manager "pulumi-kubernetes-6e9f4b6c" had an apply conflict: ${conflict}\n\n`;

const remedy =
  "nothing was changed. Undo what was set there by hand, or stop the program that sets it, then run this again; for the stack to win once and for all, set the environment variable PULUMI_K8S_ENABLE_PATCH_FORCE=true for one run";

describe("a conflict over fields", () => {
  const table: [conflict: string, said: string][] = [
    [
      'Apply failed with 1 conflict: conflict with "kubectl-patch" using batch/v1: .spec.suspend',
      `.spec.suspend is set by "kubectl-patch", and this stack sets it too: ${remedy}`,
    ],
    [
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1 at 2026-11-26T06:00:00Z: .spec.replicas',
      `.spec.replicas is set by "kubectl", and this stack sets it too: ${remedy}`,
    ],
    [
      'Apply failed with 1 conflict: conflict with "argocd": .metadata.labels.app',
      `.metadata.labels.app is set by "argocd", and this stack sets it too: ${remedy}`,
    ],
    [
      'Apply failed with 3 conflicts: conflicts with "helm" using v1:\n- .data.a\n- .data.b\nconflicts with "vpa" using v1 at 2026-11-26T06:00:00Z:\n- .spec.containers[name="x"].image',
      `.data.a, .data.b are set by "helm"; .spec.containers[name="x"].image is set by "vpa", and this stack sets them too: ${remedy}`,
    ],
  ];
  for (const [conflict, said] of table)
    it(`says who sets what: ${said.slice(0, said.indexOf(", and this"))}`, () => {
      assert.equal(clusterCause(provider(conflict)), said);
    });

  it("is not seen in other messages", () => {
    for (const message of ["", "conflict", "Apply failed with 1 conflict: of a kind that nobody knows"])
      assert.equal(fieldConflict(message), undefined);
  });
});
