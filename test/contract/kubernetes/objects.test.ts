import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { defaultKubernetesVersion, kubernetesVersionRule } from "../../../plan/aws/eks";
import { pythonTool } from "../../support/pythonTool";
import { lint, needed, renderChart, withHelm } from "../../unit/chart/rendered";
import { revealed } from "../../unit/components/recordResources";
import { recordProgram, stacks } from "../../unit/recordProgram";
import type { Finding } from "../judges";

type Objects = Record<string, object>;

/** Groups whose objects Kubernetes itself has: all others are described by definitions that a cluster gets from elsewhere. */
const ownGroup = /^(v\d\w*|apps|autoscaling|batch|policy|[a-z.]+\.k8s\.io)(\/|$)/;

describe("objects for Kubernetes, by its own schemas (kubernetes-validate) and Helm's", () => {
  withHelm();
  let python: string;
  let versions: readonly string[];
  before(async () => {
    ({ python } = await pythonTool("kubernetes"));
    versions = (validator({}) as string[]).filter(kubernetesVersionRule.holds);
  });

  function validator(task: object): unknown {
    const { status, stdout, stderr } = spawnSync(python, [join(__dirname, "validateObjects.py")], {
      input: JSON.stringify(task),
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  }

  function objections(objects: Objects, of = versions): string[] {
    return (validator({ versions: of, objects }) as Finding[]).map(
      ({ check, subject, text }) => `Kubernetes ${check}: ${subject}: ${text}`,
    );
  }

  /** What a chart makes of these values, by kind and name. */
  function rendered(chart: string, values: object): Objects {
    const objects = renderChart(chart, "lstm-pfd", values);
    return Object.fromEntries(
      objects.map((object) => [`${chart} ${object.kind} ${object.metadata.name}`, object]),
    );
  }

  /** Values that a stack gives to a chart. */
  async function valuesOf(stack: string, chart = "application"): Promise<object> {
    const { resources } = await recordProgram(stacks[stack] ?? {});
    const release = resources.find(({ type, name }) => type.endsWith(":Release") && name === chart);
    assert.ok(release, `${stack} has a release of ${chart}`);
    return revealed(release.inputs)["values"] as object;
  }

  it("are judged for every version that is supported", () => {
    assert.ok(versions.length >= 3, versions.join(", "));
    assert.ok(versions.includes(defaultKubernetesVersion), versions.join(", "));
  });

  for (const [what, values] of [
    ["as little as it takes", () => Promise.resolve(needed)],
    ["what prod says", () => valuesOf("prod")],
    ["what local says", () => valuesOf("local")],
  ] as const)
    it(`are valid from the application's chart with ${what}`, async () => {
      const said = await values();
      lint("chart", said);
      const objects = rendered("chart", said);
      assert.ok(Object.keys(objects).length >= 10, Object.keys(objects).join(", "));
      assert.deepEqual(objections(objects), []);
    });

  it("are valid from the ingress controller's chart that the embedded cloud has", async () => {
    const chart = "local-cloud/charts/traefik";
    const said = await valuesOf("local", "ingress");
    lint(chart, said);
    assert.deepEqual(objections(rendered(chart, said)), []);
  });

  for (const stack of ["prod", "local", "local-first"])
    it(`are valid from the program, for ${stack}`, async () => {
      const { resources } = await recordProgram(stacks[stack] ?? {});
      const registered = resources
        .filter(({ inputs }) => ownGroup.test(String(inputs["apiVersion"])))
        .map(({ type, name, inputs }) => [`${type} ${name}`, revealed(inputs)] as const);
      assert.ok(registered.length >= 20, `${registered.length} objects`);
      assert.deepEqual(objections(Object.fromEntries(registered)), []);
    });

  it("are refused when Kubernetes would not take them as they are", () => {
    const container = { name: "a", image: "b" };
    const job = (changes: object, pod: object = {}) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "a" },
      spec: { template: { spec: { containers: [container], ...pod } }, ...changes },
    });
    const found = objections(
      {
        good: job({ backoffLimit: 0 }),
        misspelt: job({ backOffLimit: 0 }),
        "of the wrong kind": job({ backoffLimit: "0" }),
        incomplete: job({}, { containers: [{ image: "b" }] }),
        "of a kind that is gone": { ...job({}), apiVersion: "batch/v1beta1" },
      },
      [defaultKubernetesVersion],
    );
    assert.equal(found.length, 4, found.join("\n"));
    for (const [index, words] of [
      /backOffLimit/,
      /'0' is not of type 'integer'/,
      /'name' is a required property/,
      /batch\/v1beta1/,
    ].entries())
      assert.match(found[index] ?? "", words);
  });

  it("are refused when a version does not know a field yet", () => {
    // Restarts by rule came with 1.34: an older cluster would take the pod and drop the rules.
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a" },
      spec: {
        containers: [
          {
            name: "a",
            image: "b",
            restartPolicy: "Never",
            restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [1] } }],
          },
        ],
      },
    };
    assert.deepEqual(objections({ pod }, ["1.34"]), []);
    assert.match(objections({ pod }, ["1.33"]).join(), /restartPolicyRules/);
  });

  it("are refused by Helm when the chart is not given what it needs", () => {
    assert.throws(() => {
      lint("chart", { ...needed, images: {} });
    }, /images\/postgres/);
  });
});
