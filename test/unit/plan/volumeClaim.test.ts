import assert from "node:assert/strict";
import { checkClaim } from "../../../plan/volumeClaim";

describe("checkClaim", () => {
  const found = { storageClassName: "standard", accessModes: ["ReadWriteOnce"] };
  const check = (storageClass: string, accessMode: string, there: object = found) => {
    checkClaim({ claim: "lstm-pfd-postgresql", storageClass, accessMode }, there);
  };

  it("takes what the claim has, whether named or not, and what is not known yet", () => {
    check("", "ReadWriteOnce");
    check("standard", "ReadWriteOnce");
    check("fast", "ReadWriteOnce", {});
  });

  it("names every difference, and what to do", () => {
    assert.throws(() => {
      check("fast", "ReadWriteMany");
    }, /^Error: claim lstm-pfd-postgresql has storageClassName "standard" where the configuration asks for "fast" and accessModes "ReadWriteOnce" where the configuration asks for "ReadWriteMany": .*it is as it was\. Take the setting back; or take a backup/);
  });
});
