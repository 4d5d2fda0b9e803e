import { Cloud } from "./cloud/cloud";
import { kubeconfigCases } from "./cloud/kubeconfig";
import { objectStoreCases, objectStoreEndCases, objectStoreTroubleCases } from "./cloud/objectStore";
import { roleCases } from "./cloud/roles";
import { killedMakingCase, siteCases, siteEndCases } from "./cloud/site";
import { leavesNothing } from "./leavesNothing";

// One object store and one site, made once. Each group needs what those before it have left.
leavesNothing("the embedded cloud", function () {
  const cloud = new Cloud();
  before(() => cloud.open());
  after(() => cloud.close());

  describe("an object store", () => {
    objectStoreCases(cloud);
  });
  describe("the roles in it", () => {
    roleCases(cloud);
  });
  describe("the store in trouble", () => {
    objectStoreTroubleCases(cloud);
  });
  describe("a site", () => {
    siteCases(cloud);
  });
  describe("a cluster by kubeconfig and an S3 endpoint", () => {
    kubeconfigCases(cloud);
  });
  describe("in the end", () => {
    siteEndCases(cloud);
    killedMakingCase(cloud, 4000);
    objectStoreEndCases(cloud);
  });
});
