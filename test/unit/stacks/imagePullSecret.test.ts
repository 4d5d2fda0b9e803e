import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parseConfig, qualified } from "../../../config/config";
import { vault } from "../../../stacks/vault";
import { recordRegistrations } from "../components/aws/recordRegistrations";
import { withSecrets } from "../components/recordResources";
import { recordProgram, stacks } from "../recordProgram";

const dockerConfig = '{"auths":{"registry.example.com":{"auth":"dTpw"}}}';

/** A pod, wherever it is in the inputs of a resource. */
interface Pod {
  serviceAccountName?: string;
  containers: unknown[];
}

function podsIn(value: unknown): Pod[] {
  if (typeof value !== "object" || value === null) return [];
  if ("containers" in value && Array.isArray(value.containers)) return [value as Pod];
  return Object.values(value).flatMap(podsIn);
}

interface Metadata {
  name: string;
  namespace: string;
}

describe("the credentials of the images' registry", () => {
  it("reach every pod of the program, in whatever namespace", async () => {
    const { resources } = await recordProgram({ ...stacks["prod"], imagePullSecret: dockerConfig });
    const metadataOf = (inputs: Record<string, unknown>) => inputs["metadata"] as Metadata;
    const of = (type: string) => resources.filter((resource) => resource.type === type);
    const accounts = of("kubernetes:core/v1:ServiceAccount").map(({ inputs }) => ({
      ...metadataOf(inputs),
      secrets: inputs["imagePullSecrets"],
    }));
    const secrets = of("kubernetes:core/v1:Secret").filter(
      ({ inputs }) => inputs["type"] === "kubernetes.io/dockerconfigjson",
    );
    const pods = resources.flatMap((resource) =>
      podsIn(resource.inputs).map((pod) => ({ resource, pod, ...metadataOf(resource.inputs) })),
    );
    assert.ok(pods.length >= 11, `${pods.length} pods`);
    for (const { resource, pod, namespace } of pods) {
      const account = accounts.find(
        (each) => each.name === pod.serviceAccountName && each.namespace === namespace,
      );
      assert.deepEqual(account?.secrets, [{ name: "lstm-pfd-registry" }], resource.name);
      assert.ok(
        secrets.some(({ inputs }) => metadataOf(inputs).namespace === namespace),
        `a Secret in ${namespace}`,
      );
    }
    for (const secret of secrets)
      assert.deepEqual(
        withSecrets(secret).inputs["data"],
        { secret: { ".dockerconfigjson": Buffer.from(dockerConfig).toString("base64") } },
        secret.name,
      );
    const [release] = of("kubernetes:helm.sh/v3:Release").filter(({ name }) => name === "application");
    assert.deepEqual((release?.inputs["values"] as Record<string, unknown>)["imagePullSecrets"], [
      { name: "lstm-pfd-registry" },
    ]);
  });

  it("go into the recovery kit, since a rebuilt cluster has none", async () => {
    const kitOf = async (more: Record<string, string>): Promise<Record<string, unknown>> => {
      let kit: unknown;
      await recordRegistrations(async () => {
        const outputs = await vault(parseConfig(qualified({ ...stacks["prod-vault"], ...more })));
        kit = await new Promise((resolve) => pulumi.output(outputs["kit"]).apply(resolve));
      });
      return kit as Record<string, unknown>;
    };
    assert.equal((await kitOf({ imagePullSecret: dockerConfig }))["imagePullSecret"], dockerConfig);
    assert.equal("imagePullSecret" in (await kitOf({})), false);
  });
});
