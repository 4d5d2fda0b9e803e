import assert from "node:assert/strict";
import { optionsOfOne, type Registrations } from "../components/aws/recordRegistrations";
import { only, withSecrets } from "../components/recordResources";
import { recordProgram, stacks } from "../recordProgram";

const site = "embedded:index:Site";
const store = "embedded:index:ObjectStore";

function recorded(stack: string): Promise<Registrations> {
  return recordProgram(stacks[stack] ?? {});
}

describe("a platform on this machine", () => {
  let made: Registrations;
  before(async () => {
    made = await recorded("local");
  });

  it("stands on a site with the toolchain's version and all of its images", () => {
    const { images, kubernetesVersion, objectStore } = only(made.resources, site, "cluster");
    assert.equal(kubernetesVersion, "1.36.3");
    assert.equal(objectStore, "vault");
    assert.ok((images as string[]).includes("docker.io/lstm-pfd/postgres:built"));
  });

  it("reaches it by the site's own kubeconfig, under the site's name", () => {
    const provider = made.resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.ok(provider);
    const { kubeconfig, clusterIdentifier } = withSecrets(provider).inputs;
    assert.deepEqual(kubeconfig, { secret: "of the site" });
    assert.equal(clusterIdentifier, only(made.resources, site, "cluster")["name"]);
  });

  it("is the same site as in a stack that has it inside of the cluster", () => {
    const { parent, onceIn } = optionsOfOne(made, site, "cluster");
    assert.equal(parent, "");
    assert.deepEqual(onceIn, ["lstm-pfd:index:Cluster::cluster"]);
  });
});

describe("a vault on this machine", () => {
  let made: Registrations;
  before(async () => {
    made = await recorded("local-vault");
  });

  it("lets in one admin and the roles on the backups, by keys that are drawn here", () => {
    const { identities } = withSecrets({
      type: store,
      name: "object-store",
      inputs: only(made.resources, store, "object-store"),
    }).inputs as { identities: { secret: { role: string; secretAccessKey: unknown }[] } };
    assert.deepEqual(
      identities.secret.map(({ role }) => role),
      ["admin", "writer", "janitor", "reader", "evidence", "recoverer"],
    );
    for (const { role, secretAccessKey } of identities.secret)
      assert.ok(JSON.stringify(secretAccessKey).includes(`drawn-recovery-${role}-secret`), role);
  });

  it("is protected, and the same store as in a stack that has it inside of the component", () => {
    const { protect, onceIn } = optionsOfOne(made, store, "object-store");
    assert.ok(protect);
    assert.deepEqual(onceIn, ["lstm-pfd:index:ObjectStore::object-store"]);
  });

  it("keeps the roles on the backups from undoing what keeps them", () => {
    const { policy } = only(made.resources, "aws:s3/bucketPolicy:BucketPolicy", "vault") as {
      policy: string;
    };
    assert.equal((policy.match(/"arn:aws:iam::[^"]*(writer|janitor|reader|evidence)"/g) ?? []).length, 4);
  });
});
