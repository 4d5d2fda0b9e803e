import assert from "node:assert/strict";
import { parseConfig, qualified } from "../../../config/config";
import { embeddedResources, productionResources } from "../../../plan/resources";
import { problemsOf } from "./problemsOf";

const kit = Object.fromEntries(
  [
    "writerAccessKeyId",
    "writerSecretAccessKey",
    "janitorAccessKeyId",
    "janitorSecretAccessKey",
    "readerAccessKeyId",
    "readerSecretAccessKey",
    "repositoryCipherPass",
    "dbPassword",
    "jwtSecret",
    "secretKey",
  ].map((key) => [key, `${key} of the kit`]),
);

function problems(values: Record<string, string>): readonly string[] {
  const raw = Object.fromEntries(Object.entries(values).map(([key, value]) => [`lstm-pfd:${key}`, value]));
  return problemsOf(() => {
    parseConfig(raw);
  });
}

describe("configuration", () => {
  it("takes the defaults with what the kit holds", () => {
    assert.deepEqual(problems(kit), []);
  });

  it("needs nothing for a vault", () => {
    assert.deepEqual(problems({ layer: "vault" }), []);
  });

  it("needs the keys of the roles for a vault at a store that is there", () => {
    const vault = { layer: "vault", objectStore: "s3" };
    assert.deepEqual(problems({ ...kit, ...vault }), []);
    const [first = "", ...others] = problems(vault);
    assert.match(first, /^lstm-pfd:writerAccessKeyId is not set: .*give the role a key at the store/);
    assert.equal(others.length, 5);
  });

  it("goes without a key that creates evidence, but not with half of one", () => {
    assert.deepEqual(problems({ ...kit, evidenceAccessKeyId: "e", evidenceSecretAccessKey: "s" }), []);
    assert.deepEqual(problems({ ...kit, evidenceAccessKeyId: "e" }), [
      "lstm-pfd:evidenceSecretAccessKey is not set: the other half of the key is; give both, or neither",
    ]);
  });

  it("takes a schedule of rehearsals, none, and no nonsense", () => {
    for (const rehearsalSchedule of ["0 1 * * *", "@daily", ""])
      assert.deepEqual(problems({ ...kit, rehearsalSchedule }), []);
    for (const rehearsalSchedule of ["nightly", "0 25 * * *", "20 4 31 2 *"])
      assert.match(
        problems({ ...kit, rehearsalSchedule }).join(),
        /^lstm-pfd:rehearsalSchedule is ".*": must be a cron expression of five fields/,
      );
  });

  it("leaves keys of other namespaces alone", () => {
    assert.equal(parseConfig({ "aws:region": "eu-west-1", "lstm-pfd:layer": "vault" }).layer, "vault");
  });

  it("gives pods what the application needs, and a cluster on this machine what the stand-in does", () => {
    const parsed = (more: Record<string, string>) =>
      parseConfig(qualified({ layer: "vault", objectStore: "s3", ...kit, ...more })).resources;
    assert.deepEqual(parsed({}), embeddedResources);
    assert.deepEqual(parsed({ cluster: "eks" }), productionResources);
    assert.deepEqual(
      parsed({
        cluster: "kubeconfig",
        workerResources: "requests.cpu=2,requests.memory=4Gi,limits.memory=16Gi",
      }),
      {
        ...productionResources,
        worker: { requests: { cpu: "2", memory: "4Gi" }, limits: { memory: "16Gi" } },
      },
    );
  });

  it("does not show the credentials of a registry that it refuses", () => {
    const [problem = "", ...others] = problems({ ...kit, imagePullSecret: "hunter2" });
    assert.match(problem, /^lstm-pfd:imagePullSecret is a secret: must be JSON as in /);
    assert.deepEqual([others, problem.includes("hunter2")], [[], false]);
  });

  it("derives the archive timeout from the objective", () => {
    const config = parseConfig({ "lstm-pfd:layer": "vault", "lstm-pfd:rpoObjectiveSeconds": "120" });
    assert.equal(config.archiveTimeoutSeconds, 110);
  });

  const refused: [string, string, string][] = [
    [
      "retainDays",
      "7",
      "lstm-pfd:retainDays is not a configuration key; docs/configuration.md lists them all",
    ],
    ["walRetentionDays", "0", 'lstm-pfd:walRetentionDays is "0": must be a whole number from 1 to 3650'],
    ["walRetentionDays", "-7", 'lstm-pfd:walRetentionDays is "-7": must be a whole number from 1 to 3650'],
    [
      "modelsRetentionDays",
      "a week",
      'lstm-pfd:modelsRetentionDays is "a week": must be a whole number from 1 to 3650',
    ],
    [
      "databaseResources",
      "requests.cpu=1,requests.memory=256Mi,limits.memory=256Mi",
      'lstm-pfd:databaseResources is "requests.cpu=1,requests.memory=256Mi,limits.memory=256Mi": must name requests.cpu, requests.memory, limits.memory and, if wanted, limits.cpu, each once and no request above its limit, as in requests.cpu=500m,requests.memory=1Gi,limits.memory=4Gi; at least 512Mi of memory',
    ],
    ["walRetentionDays", "7.5", 'lstm-pfd:walRetentionDays is "7.5": must be a whole number from 1 to 3650'],
    [
      "rpoObjectiveSeconds",
      "5",
      'lstm-pfd:rpoObjectiveSeconds is "5": must be a whole number from 20 to 3600',
    ],
    ["initialise", "yes", 'lstm-pfd:initialise is "yes": must be true or false'],
    ["layer", "cellar", 'lstm-pfd:layer is "cellar": must be vault or platform'],
    ["apiPort", "80", 'lstm-pfd:apiPort is "80": must be a whole number from 1024 to 65535'],
    [
      "siteName",
      "Site A",
      'lstm-pfd:siteName is "Site A": must start with a letter and hold at most 20 lower-case letters, digits and hyphens',
    ],
    [
      "s3Endpoint",
      "http://store:9000",
      'lstm-pfd:s3Endpoint is "http://store:9000": must be an https URL without a path, as in https://s3.example.com:9000',
    ],
    [
      "savedSecrets",
      "c2VjcmV0",
      'lstm-pfd:savedSecrets is a secret: must be a JSON list of Secrets, as "npm run kit" writes it',
    ],
    [
      "imagePostgres",
      "not an image",
      'lstm-pfd:imagePostgres is "not an image": must be an image reference with a repository in lower-case letters, as in registry.example.com/lstm-pfd@sha256:…',
    ],
    [
      "imageApplication",
      "registry.example.com/lstm-pfd:1",
      'lstm-pfd:imageApplication is "registry.example.com/lstm-pfd:1": an embedded cluster reaches no registry and runs the images that are made here; leave it out, or set cluster to kubeconfig or eks',
    ],
    [
      "objectStore",
      "s3",
      'lstm-pfd:objectStore is "s3": an embedded cluster reaches nothing but an embedded object store; set cluster to kubeconfig and give one',
    ],
    [
      "restoreSet",
      "yesterday",
      'lstm-pfd:restoreSet is "yesterday": must be a label as pgBackRest lists it, as in 20260131-021500F or 20260131-021500F_20260131-061500I',
    ],
    [
      "restoreModels",
      "latest",
      'lstm-pfd:restoreModels is "latest": must be the name of a snapshot, as in models-20260131-033000',
    ],
    [
      "acceptLossAfter",
      "00000001000000000000012A",
      'lstm-pfd:acceptLossAfter is "00000001000000000000012A": must be the name of a WAL segment, as in 00000001000000000000002A',
    ],
    [
      "acceptLossAfter",
      "00000000000000000000002A",
      'lstm-pfd:acceptLossAfter is "00000000000000000000002A": must be the name of a WAL segment, as in 00000001000000000000002A',
    ],
    [
      "acceptCollations",
      "153.128",
      'lstm-pfd:acceptCollations is "153.128": must be versions as the refusal of a recovery names them, as in icu:153.128,libc:2.41',
    ],
    [
      "acceptEmptyTables",
      "a, b",
      'lstm-pfd:acceptEmptyTables is "a, b": must be names of tables, comma-separated, as in notifications,webhook_logs',
    ],
  ];
  const emptied: [string, string][] = [
    ["bucket", "must be a bucket name: 3 to 63 lower-case letters, digits and hyphens"],
    ["s3Region", "must have a value"],
    ["apiPort", "must be a whole number from 1024 to 65535"],
    ["protectData", "must be true or false"],
    ["layer", "must be vault or platform"],
    ["dbPassword", "a platform needs it from the recovery kit; "],
  ];
  for (const [key, rule] of emptied)
    it(`says that ${key} is empty`, () => {
      const [problem = "", ...others] = problems({ ...kit, [key]: "" });
      assert.ok(problem.startsWith(`lstm-pfd:${key} is empty: ${rule}`), problem);
      assert.deepEqual(others, []);
    });

  const accepted: [string, string][] = [
    ["restoreSet", "20260131-021500F"],
    ["restoreSet", "20260131-021500F_20260131-061500I"],
    ["restoreModels", "models-20260131-033000"],
    ["acceptLossAfter", "0000000A000000010000002A"],
    ["acceptCollations", "icu:153.128,icu:153.128.44,libc:2.41"],
    ["acceptCollations", "libc:none"],
    ["acceptEmptyTables", "notifications,webhook_logs"],
  ];
  for (const [key, value] of accepted)
    it(`takes ${key} = ${value}`, () => {
      assert.deepEqual(problems({ ...kit, [key]: value }), []);
    });

  for (const [key, value, message] of refused)
    it(`refuses ${key} = ${value}`, () => {
      assert.deepEqual(problems({ ...kit, [key]: value }), [message]);
    });

  it("names all problems at once", () => {
    assert.equal(problems({ ...kit, retainDays: "7", walRetentionDays: "0" }).length, 2);
  });

  it("names each secret that is missing, and shows none", () => {
    const missing = problems({});
    assert.equal(missing.length, Object.keys(kit).length);
    for (const key of Object.keys(kit))
      assert.ok(
        missing.some((problem) => problem.startsWith(`lstm-pfd:${key} is not set: `)),
        key,
      );
  });

  it("refuses a cluster of another with an object store of this machine, without images or kubeconfig", () => {
    const found = problems({ ...kit, cluster: "kubeconfig" });
    assert.deepEqual(
      found.map((problem) => problem.split(" ")[0]),
      [
        "lstm-pfd:kubeconfig",
        "lstm-pfd:objectStore",
        "lstm-pfd:imageApplication",
        "lstm-pfd:imageOperations",
        "lstm-pfd:imagePostgres",
        "lstm-pfd:imageRedis",
      ],
    );
  });
});
