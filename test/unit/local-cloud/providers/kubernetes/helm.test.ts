import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNKNOWN, type Properties } from "../../../../../local-cloud/providers/framework/provider";
import {
  uninstallArguments,
  upgradeArguments,
} from "../../../../../local-cloud/providers/kubernetes/helm/arguments";
import { parseRelease, resourceNames } from "../../../../../local-cloud/providers/kubernetes/helm/liveRelease";
import {
  checkRelease,
  completeRelease,
} from "../../../../../local-cloud/providers/kubernetes/helm/releaseInputs";

const base = { name: "app", namespace: "site", chart: "./chart", checksum: "0" };

describe("options of helm", () => {
  const cases: [string, Properties, string[], string[]][] = [
    ["waits by default", {}, ["--wait=watcher", "--timeout=300s", "--history-max=0"], ["--wait-for-jobs"]],
    [
      "does not wait when told so",
      { skipAwait: true, waitForJobs: true },
      [],
      ["--wait=watcher", "--wait-for-jobs"],
    ],
    ["waits for jobs", { waitForJobs: true, timeout: 60 }, ["--wait-for-jobs", "--timeout=60s"], []],
    [
      "undoes what fails",
      { atomic: true, createNamespace: true },
      ["--rollback-on-failure", "--create-namespace"],
      [],
    ],
    ["has no version of a local chart", { version: "1.0.0" }, [], ["--version=1.0.0"]],
    [
      "fetches from a repository",
      { version: "1.0.0", repositoryOpts: { repo: "https://charts.example" } },
      ["--version=1.0.0", "--repo=https://charts.example"],
      [],
    ],
  ];
  for (const [what, inputs, present, absent] of cases)
    it(`: it ${what}`, () => {
      const args = upgradeArguments({ ...base, ...inputs });
      assert.deepEqual(args.slice(0, 6), [
        "upgrade",
        "--install",
        "app",
        "./chart",
        "--namespace=site",
        "--values=-",
      ]);
      for (const arg of present) assert.ok(args.includes(arg), arg);
      for (const arg of absent) assert.ok(!args.includes(arg), arg);
    });

  it("never hold values", () => {
    assert.equal(
      upgradeArguments({ ...base, values: { password: "hunter2" } })
        .join(" ")
        .includes("hunter2"),
      false,
    );
  });

  it("uninstall what may be gone, and wait for pods", () => {
    assert.deepEqual(uninstallArguments({ ...base, timeout: 9 }), [
      "uninstall",
      "app",
      "--namespace=site",
      "--ignore-not-found",
      "--timeout=9s",
      "--wait=watcher",
      "--cascade=foreground",
    ]);
    assert.ok(!uninstallArguments({ ...base, skipAwait: true }).includes("--wait=watcher"));
  });
});

describe("inputs of a release", () => {
  let directory: string;
  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), "chart-")), "chart");
    mkdirSync(join(directory, "templates"), { recursive: true });
    writeFileSync(join(directory, "Chart.yaml"), "name: chart\nversion: 1.2.3\n");
    writeFileSync(join(directory, "templates", "a.yaml"), "a");
  });
  afterEach(() => {
    rmSync(join(directory, ".."), { recursive: true });
  });

  const refused: [string, Properties, string[]][] = [
    ["a chart", { chart: "oci://example/chart" }, []],
    ["a chart that is not known yet", { chart: UNKNOWN }, []],
    ["no chart", {}, ["chart"]],
    ["a chart that is not there", { chart: "/nowhere/chart" }, ["chart"]],
    ["files of values", { chart: "c", valueYamlFiles: [{}] }, ["valueYamlFiles"]],
    ["what is switched off", { chart: "c", verify: false, postrender: "" }, []],
    [
      "a password for a repository",
      { chart: "c", repositoryOpts: { repo: "r", password: "p" } },
      ["repositoryOpts.password"],
    ],
    ["a time limit of nothing", { chart: "c", timeout: 0 }, ["timeout"]],
  ];
  for (const [what, inputs, failures] of refused)
    it(`are ${failures.length === 0 ? "taken" : "refused"}: ${what}`, () => {
      assert.deepEqual(
        checkRelease(inputs).map(({ property }) => property),
        failures,
      );
    });

  it("get what the program leaves open, and tell when a file of the chart changes", () => {
    const decided = { name: "drawn", namespace: "default" };
    const complete = completeRelease({ chart: directory, skipAwait: false, namespace: "site" }, decided);
    assert.deepEqual(
      { ...complete, checksum: "" },
      {
        chart: directory,
        name: "drawn",
        namespace: "site",
        timeout: 300,
        version: "1.2.3",
        checksum: "",
      },
    );
    assert.deepEqual(completeRelease({ chart: directory, namespace: "site" }, decided), complete);
    writeFileSync(join(directory, "templates", "a.yaml"), "b");
    assert.notEqual(completeRelease({ chart: directory }, decided)["checksum"], complete["checksum"]);
  });
});

describe("a live release", () => {
  const manifest = [
    "---\n# Source: a\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: b\n  namespace: site",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  namespace: site",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: s",
    "# nothing",
  ].join("\n---\n");

  it("has its objects by kind, as the upstream provider names them", () => {
    assert.deepEqual(resourceNames(manifest), {
      "Deployment.apps/apps/v1": ["site/a", "site/b"],
      "Service/v1": ["s"],
    });
  });

  it("is read from what helm prints", () => {
    const metadata = JSON.stringify({
      name: "app",
      chart: "chart",
      version: "1.2.3",
      appVersion: "2",
      namespace: "site",
      revision: 4,
      status: "deployed",
    });
    const live = parseRelease(metadata, manifest, "null");
    assert.equal(live.status, "deployed");
    assert.deepEqual(live.outputs["status"], {
      name: "app",
      namespace: "site",
      revision: 4,
      status: "deployed",
      version: "1.2.3",
      appVersion: "2",
      chart: "chart",
    });
    assert.deepEqual(live.values, {});
  });
});
