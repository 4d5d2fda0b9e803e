import assert from "node:assert/strict";
import { hostChanges } from "../../e2e/hostState";

describe("hostChanges", () => {
  it("is nothing where nothing has changed", () => {
    assert.deepEqual(hostChanges({ mounts: ["a"] }, { mounts: ["a"] }), []);
  });

  it("tells what has come and what has gone", () => {
    assert.deepEqual(hostChanges({ mounts: ["a"] }, { mounts: ["b"] }), ["+ mounts: b", "- mounts: a"]);
  });

  it("tells what a test has left", () => {
    const after = {
      namespaces: ["lpfd-drill-a (id: 3)"],
      controlGroups: ["/sys/fs/cgroup/cpu/lpfd-e2e-site"],
    };
    assert.deepEqual(hostChanges({ namespaces: [], controlGroups: [] }, after), [
      "+ namespaces: lpfd-drill-a (id: 3)",
      "+ controlGroups: /sys/fs/cgroup/cpu/lpfd-e2e-site",
    ]);
  });

  it("takes no offence at what an interrupted run had left and this one has removed", () => {
    const before = {
      namespaces: ["lpfd-drill-a", "lpfd-e2e-objects (id: 4)", "lpfd-bad-input-taken"],
      controlGroups: ["/sys/fs/cgroup/unified/lpfd-drill-vault"],
    };
    assert.deepEqual(hostChanges(before, { namespaces: [], controlGroups: [] }), []);
  });

  it("tells that a test has removed what is somebody else's", () => {
    const before = {
      namespaces: ["lpfd-local", "drill-a"],
      controlGroups: ["/sys/fs/cgroup/cpu/lpfd-local", "/sys/fs/cgroup/cpu/lpfd-drill"],
    };
    assert.deepEqual(hostChanges(before, { namespaces: [], controlGroups: [] }), [
      "- namespaces: lpfd-local",
      "- namespaces: drill-a",
      "- controlGroups: /sys/fs/cgroup/cpu/lpfd-local",
      "- controlGroups: /sys/fs/cgroup/cpu/lpfd-drill",
    ]);
  });

  it("does not count a process that has ended, nor a setting that went with its device", () => {
    const before = { processes: ["7 weed"], settings: ["net.ipv4.conf.veth1.forwarding = 1"] };
    assert.deepEqual(hostChanges(before, { processes: [], settings: [] }), []);
  });
});
