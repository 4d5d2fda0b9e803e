import assert from "node:assert/strict";
import { SavedSecrets } from "../../../components/savedSecrets";
import { savedSecretsText } from "../../../plan/savedSecrets";
import { tlsSecret } from "../plan/savedSecretSamples";
import { optionsOfOne, recordRegistrations } from "./aws/recordRegistrations";
import { policyVerdicts } from "./aws/policyVerdicts";
import { stepJobSpec } from "../../../plan/stepJob";
import { only, recordResources } from "./recordResources";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const args = {
  namespace: "lstm-pfd",
  secrets: [tlsSecret],
  operationsImage: `registry.example.com/operations@${digest}`,
};
const build = (): void => {
  new SavedSecrets("saved", args);
};
const job = "kubernetes:batch/v1:Job";
const secret = "kubernetes:core/v1:Secret";

describe("SavedSecrets", () => {
  it("gives the Secrets to a Job as a file, and to nobody in clear", async () => {
    const resources = await recordResources(build);
    const payload = only(resources, secret, "saved");
    assert.deepEqual(payload["metadata"], { name: "lstm-pfd-saved-secrets", namespace: "lstm-pfd" });
    assert.deepEqual(payload["data"], {
      secret: { "saved-secrets.json": Buffer.from(savedSecretsText([tlsSecret])).toString("base64") },
    });
    const others = resources.filter(({ type }) => type !== secret);
    assert.doesNotMatch(JSON.stringify(others), /c2VjcmV0/);
    const { template, podFailurePolicy } = only(resources, job, "saved")["spec"] as {
      podFailurePolicy: object;
      template: {
        spec: {
          serviceAccountName: string;
          automountServiceAccountToken: boolean;
          containers: { command: string[]; env: object[]; volumeMounts: object[] }[];
          volumes: object[];
        };
      };
    };
    const { spec } = template;
    const [container] = spec.containers;
    assert.deepEqual(podFailurePolicy, stepJobSpec({}).podFailurePolicy);
    assert.equal(spec.automountServiceAccountToken, true);
    assert.ok(container);
    assert.deepEqual(container.command.slice(-1), ["/opt/recovery/restore-secrets.js"]);
    assert.deepEqual(container.env, [
      { name: "SAVED_SECRETS_FILE", value: "/etc/recovery/saved-secrets.json" },
    ]);
    assert.deepEqual(container.volumeMounts[0], {
      name: "saved",
      mountPath: "/etc/recovery",
      readOnly: true,
    });
    assert.deepEqual(spec.volumes[0], {
      name: "saved",
      secret: { secretName: "lstm-pfd-saved-secrets", defaultMode: 0o440 },
    });
  });

  it("may create Secrets in its namespace, and read none", async () => {
    const resources = await recordResources(build);
    const role = only(resources, "kubernetes:rbac.authorization.k8s.io/v1:Role", "saved");
    assert.deepEqual(role["metadata"], { name: "lstm-pfd-restore-secrets", namespace: "lstm-pfd" });
    assert.deepEqual(role["rules"], [{ apiGroups: [""], resources: ["secrets"], verbs: ["create"] }]);
  });

  it("runs when file and rights are there", async () => {
    const { waitsFor } = optionsOfOne(await recordRegistrations(build), job, "saved");
    for (const type of [secret, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"])
      assert.ok(
        waitsFor.some((urn) => urn.endsWith(`${type}::saved`)),
        type,
      );
  });

  it("leaves the file as it was when a renewed certificate is saved", async () => {
    const { ignoreChanges } = optionsOfOne(await recordRegistrations(build), secret, "saved");
    assert.deepEqual(ignoreChanges, ["data"]);
  });

  it("passes every rule of the policy pack that is for a part", async () => {
    assert.deepEqual(await policyVerdicts(await recordRegistrations(build), ["class-coverage"]), []);
  });

  it("makes nothing where nothing is saved", async () => {
    const made = await recordRegistrations(() => {
      new SavedSecrets("saved", { ...args, secrets: [] });
    });
    assert.deepEqual(
      made.resources.map(({ type }) => type),
      ["lstm-pfd:index:SavedSecrets"],
    );
  });
});
