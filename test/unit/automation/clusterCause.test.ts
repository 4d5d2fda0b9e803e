import assert from "node:assert/strict";
import { clusterCause } from "../../../automation/clusterCause";

const wrapper =
  'resource "urn:pulumi:local::lstm-pfd::kubernetes:batch/v1:Job::recovery-database" was successfully created, but the Kubernetes ' +
  "API server reported that it failed to fully initialize or become live:";
const failed = `${wrapper} Resource 'recovery-database' was created but failed to initialize`;
const limit = "[BackoffLimitExceeded] Job has reached the specified backoff limit";
const errors = (...items: string[]): string =>
  `${items.length} error${items.length === 1 ? "" : "s"} occurred:\n${items.map((item) => `\t* ${item}`).join("\n")}`;

describe("the cause in an error of the Kubernetes provider", () => {
  const cases: [what: string, message: string, cause: string][] = [
    [
      "what the pod of a Job ended with",
      errors(
        failed,
        "[Pod lstm-pfd/recovery-database-8nmlb]: [Error] restore-database: no backup; take one",
        limit,
      ),
      "restore-database: no backup; take one",
    ],
    [
      "the same while the pod's own condition has words",
      errors(
        failed,
        "[Pod a/b-c]: containers with unready status: [main][ImagePullBackOff] Back-off pulling image",
        limit,
      ),
      "Back-off pulling image",
    ],
    [
      "the same while the pod says that its container is not ready",
      errors(
        failed,
        "[Pod a/restore-database-x]: containers with unready status: [restore-database]",
        "[Pod a/restore-database-x]: [Error] restore-database: no backup; take one",
        limit,
      ),
      "restore-database: no backup; take one",
    ],
    ["the Job's words where no pod has any", errors(failed, limit), limit],
    [
      "the provider's where there are no others",
      errors(failed),
      "Resource 'recovery-database' was created but failed to initialize",
    ],
    [
      "a time that is over",
      errors(`${wrapper} 'recovery-database' timed out waiting to be Ready`),
      "'recovery-database' timed out waiting to be Ready",
    ],
    [
      "what the API server refuses",
      errors(`${wrapper} Service "x" is invalid: spec.ports[0].port: Invalid value: 99999`),
      'Service "x" is invalid: spec.ports[0].port: Invalid value: 99999',
    ],
    [
      "nothing but the message of others",
      "the object store does not answer: try again",
      "the object store does not answer: try again",
    ],
  ];
  for (const [what, message, cause] of cases)
    it(`is ${what}`, () => {
      assert.equal(clusterCause(message), cause);
    });
});
