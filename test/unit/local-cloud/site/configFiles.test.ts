import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { parse } from "yaml";
import {
  cniConfig,
  containerdConfig,
  encryptionConfig,
  kubeProxyConfig,
  kubeletConfig,
  type NodeTraits,
} from "../../../../local-cloud/site/configFiles";
import { siteLayout } from "../../../../local-cloud/site/layout";
import { corefile, siteManifests } from "../../../../local-cloud/site/manifests";
import { prepareScript } from "../../../../local-cloud/site/prepare";
import { PROVISIONER } from "../../../../local-cloud/site/services";

const layout = siteLayout("site-a");
const traits: NodeTraits = {
  pauseImage: "docker.io/lstm-pfd/pause:1",
  snapshotter: "overlayfs",
  cgroupV1: true,
};

describe("configuration of a site", () => {
  it("keeps pods in the site's control group, of whichever version", () => {
    const v1 = parse(kubeletConfig("site-a", layout, traits)) as Record<string, unknown>;
    assert.equal(v1["cgroupRoot"], "/lpfd-site-a");
    assert.equal(v1["failCgroupV1"], false);
    const v2 = parse(kubeletConfig("site-a", layout, { ...traits, cgroupV1: false })) as Record<
      string,
      unknown
    >;
    assert.equal("failCgroupV1" in v2, false);
  });

  it("admits nobody to the kubelet without the API server's word", () => {
    const config = parse(kubeletConfig("site-a", layout, traits)) as {
      authentication: { anonymous: { enabled: boolean } };
      authorization: { mode: string };
    };
    assert.equal(config.authentication.anonymous.enabled, false);
    assert.equal(config.authorization.mode, "Webhook");
  });

  it("gives containerd the pause image and directories of the site", () => {
    const config = containerdConfig(layout, traits);
    assert.match(config, /^sandbox_image = "docker\.io\/lstm-pfd\/pause:1"$/m);
    assert.match(config, /^snapshotter = "overlayfs"$/m);
    assert.match(config, new RegExp(`^root = "${layout.containerd}"$`, "m"));
  });

  it("gives pods links of their own", () => {
    const { plugins } = JSON.parse(cniConfig()) as { plugins: { type: string }[] };
    assert.deepEqual(
      plugins.map(({ type }) => type),
      ["ptp", "portmap"],
    );
  });

  it("leaves connection tracking of the host alone", () => {
    const { conntrack } = parse(kubeProxyConfig("site-a", layout.kubeconfigs)) as {
      conntrack: Record<string, unknown>;
    };
    assert.deepEqual([...new Set(Object.values(conntrack).map(String))].sort(), ["0", "0s"]);
  });

  it("encrypts Secrets, and reads old ones", () => {
    const { resources } = parse(encryptionConfig("a2V5")) as {
      resources: { resources: string[]; providers: Record<string, unknown>[] }[];
    };
    assert.deepEqual(resources[0]?.resources, ["secrets"]);
    assert.deepEqual(
      resources[0].providers.map((provider) => Object.keys(provider)[0]),
      ["secretbox", "identity"],
    );
  });

  it("names the object store where there is one", () => {
    assert.match(corefile("vault"), /^ +10\.240\.0\.1 vault\.objects\.internal$/m);
    assert.doesNotMatch(corefile(undefined), /objects\.internal/);
  });

  it("has a default storage class of the provisioner, and new pods for new names", () => {
    const ofKind = (kind: string, store?: string): string =>
      JSON.stringify(siteManifests("coredns:1", store).find((manifest) => manifest.kind === kind));
    assert.match(ofKind("StorageClass"), /"storageclass.kubernetes.io\/is-default-class":"true"/);
    assert.ok(ofKind("StorageClass").includes(`"provisioner":"${PROVISIONER}"`));
    assert.notEqual(ofKind("Deployment"), ofKind("Deployment", "vault"));
  });

  it("prepares by commands that a shell understands", () => {
    const { status, stderr } = spawnSync("sh", ["-n"], { input: prepareScript(layout), encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(status, 0);
  });
});
