import assert from "node:assert/strict";
import { parseHierarchies } from "../../../../local-cloud/sandbox/cgroups";

describe("control groups", () => {
  const hosts: [string, string, ReturnType<typeof parseHierarchies>][] = [
    [
      "version 1, with version 2 beside it",
      `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`,
      [
        { version: 1, path: "/sys/fs/cgroup/memory" },
        { version: 2, path: "/sys/fs/cgroup/unified" },
      ],
    ],
    [
      "version 2",
      "34 25 0:30 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
      [{ version: 2, path: "/sys/fs/cgroup" }],
    ],
    ["none", "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n", []],
  ];
  for (const [what, mountinfo, expected] of hosts) {
    it(`are found on a host with ${what}`, () => {
      assert.deepEqual(parseHierarchies(mountinfo), expected);
    });
  }
});
