import assert from "node:assert/strict";
import { Cluster } from "../../../components/cluster";
import { only, recordResources } from "./recordResources";

const provider = "pulumi:providers:kubernetes";

describe("Cluster", () => {
  it("is a provider that keeps the kubeconfig secret, and takes no answer for no loss", async () => {
    const made = await recordResources(() => {
      new Cluster("cluster", { kubeconfig: "of a cluster" });
    });
    assert.deepEqual(
      made.map(({ type }) => type),
      ["lstm-pfd:index:Cluster", provider],
    );
    const { kubeconfig, ...more } = only(made, provider, "cluster");
    assert.deepEqual(kubeconfig, { secret: "of a cluster" });
    assert.equal("deleteUnreachable" in more, false);
    assert.equal("clusterIdentifier" in more, false);
  });

  it("takes a rebuilt cluster for the same one where it has a name of its own", async () => {
    const made = await recordResources(() => {
      new Cluster("cluster", { kubeconfig: "of a cluster", clusterIdentifier: "site-a" });
    });
    assert.equal(only(made, provider, "cluster")["clusterIdentifier"], "site-a");
  });
});
