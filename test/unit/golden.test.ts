import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fileConfig } from "../../cli/stackPlan";
import { projectName } from "../../config";
import { projectRoot } from "../../embedded/paths";
import { HANDOVER_VARIABLE } from "../../embedded/toolchain/handover";
import { imageNames } from "../../embedded/toolchain/images";
import program from "../../index";
import { recordResources } from "./components/recordResources";

const golden = join(projectRoot, "test", "golden");

/** What every recovery kit gives; secrets of no system. */
const secretsOfKit = {
  repositoryCipherPass: "cipher",
  dbPassword: "database",
  jwtSecret: "jwt",
  secretKey: "session",
};

/** What the kit of an embedded object store gives. */
const kit = {
  ...secretsOfKit,
  writerAccessKeyId: "writer",
  writerSecretAccessKey: "writer-secret",
  janitorAccessKeyId: "janitor",
  janitorSecretAccessKey: "janitor-secret",
  readerAccessKeyId: "reader",
  readerSecretAccessKey: "reader-secret",
  s3Endpoint: "https://vault.objects.internal:8333",
  s3CaCertificate: "PEM",
};

/** Stack → configuration. */
const stacks: Record<string, Record<string, string>> = {
  "local-vault": { layer: "vault" },
  local: { ...kit, databaseSizeGi: "5", checkpointsSizeGi: "2" },
  "local-first": { ...kit, initialise: "true" },
  "prod-vault": fileConfig("prod-vault"),
  prod: { ...secretsOfKit, ...fileConfig("prod") },
};

/** Outputs that inputs do not tell, by type. */
const outputs = {
  "embedded:index:Site": () => ({ kubeconfig: "of the site" }),
  "embedded:index:ObjectStore": () => ({
    endpoint: "https://vault.objects.internal:8333",
    hostEndpoint: "https://localhost:18333",
    caCertificate: "PEM",
    caCertificateFile: "ca.pem",
  }),
  "random:index/randomPassword:RandomPassword": ({ name }: { name: string }) => ({ result: `drawn-${name}` }),
  "random:index/randomString:RandomString": ({ name }: { name: string }) => ({ result: `drawn-${name}` }),
  "aws:s3/bucket:Bucket": ({ inputs }: { inputs: unknown }) => {
    const { bucket } = inputs as { bucket: string };
    return { arn: `arn:aws:s3:::${bucket}` };
  },
  "aws:eks/cluster:Cluster": () => ({
    arn: "arn of the cluster",
    createdAt: "day of its creation",
    endpoint: "https://eks.example.com",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  }),
};

/** Results of lookups at AWS, by token. */
const answers = {
  "aws:iam/getRole:getRole": ({ name }: Record<string, unknown>) => ({ arn: `arn of ${String(name)}` }),
  "aws:iam/getSessionContext:getSessionContext": () => ({
    issuerArn: "arn:aws:iam::123456789012:role/example-operator",
  }),
};

describe("golden dump", () => {
  let directory = "";
  const handedOver = process.env[HANDOVER_VARIABLE];

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "golden-"));
    const path = join(directory, "toolchain.json");
    const images = imageNames.map((name) => [
      name,
      { reference: `docker.io/lstm-pfd/${name}:built`, archive: "" },
    ]);
    writeFileSync(
      path,
      JSON.stringify({
        binDir: "bin",
        images: Object.fromEntries(images) as object,
        versions: { kubernetes: "1.36.3" },
      }),
    );
    process.env[HANDOVER_VARIABLE] = path;
  });
  after(() => {
    rmSync(directory, { recursive: true });
    if (handedOver === undefined) Reflect.deleteProperty(process.env, HANDOVER_VARIABLE);
    else process.env[HANDOVER_VARIABLE] = handedOver;
  });

  for (const [stack, config] of Object.entries(stacks))
    it(`of ${stack} is as committed; "UPDATE_GOLDEN=1 npm test" writes it anew`, async () => {
      const values = Object.entries(config).map(([key, value]) => [`${projectName}:${key}`, value]);
      pulumi.runtime.setAllConfig(Object.fromEntries(values) as Record<string, string>);
      const resources = await recordResources(
        async () => {
          await program();
        },
        outputs,
        answers,
      );
      const dump = `${JSON.stringify(sorted(resources), undefined, 2)}\n`.replaceAll(projectRoot, ".");
      const file = join(golden, `${stack}.json`);
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, dump);
      assert.equal(dump, readFileSync(file, "utf8"));
    });
});

/** The same value with the keys of all objects in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
