import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fileConfig } from "../../cli/stackPlan";
import { qualified } from "../../config/config";
import { MANIFEST_VARIABLE } from "@lstm-pfd/local-cloud/toolchain/manifest";
import { imageNames } from "../../images/build/definitions";
import program from "../../index";
import { savedSecretsText } from "../../plan/savedSecrets";
import { recordRegistrations, type Registrations } from "./components/aws/recordRegistrations";
import { accountSample, authoritySample, tlsSecret } from "./plan/savedSecretSamples";

/** What every recovery kit gives; secrets of no system. */
const secretsOfKit = {
  repositoryCipherPass: "cipher",
  dbPassword: "database",
  jwtSecret: "jwt",
  secretKey: "session",
};

/** What a kit gives that was saved beside a platform: a certificate, an authority, an ACME account. */
const certificatesOfKit = { savedSecrets: savedSecretsText([accountSample, authoritySample, tlsSecret]) };

/** What the kit of an embedded object store gives. */
const kit = {
  ...secretsOfKit,
  writerAccessKeyId: "writer",
  writerSecretAccessKey: "writer-secret",
  janitorAccessKeyId: "janitor",
  janitorSecretAccessKey: "janitor-secret",
  readerAccessKeyId: "reader",
  readerSecretAccessKey: "reader-secret",
  evidenceAccessKeyId: "evidence",
  evidenceSecretAccessKey: "evidence-secret",
  s3Endpoint: "https://vault.objects.internal:8333",
  s3CaCertificate: "PEM",
};

/** Stack → configuration, by key without namespace. */
export const stacks: Record<string, Record<string, string>> = {
  "local-vault": { layer: "vault" },
  local: { ...kit, ...certificatesOfKit, ...fileConfig("local") },
  "local-first": { ...kit, ...fileConfig("local"), initialise: "true" },
  "prod-vault": fileConfig("prod-vault"),
  "prod-vault-two-accounts": {
    ...fileConfig("prod-vault"),
    replicaRoleArn: "arn:aws:iam::210987654321:role/keeps-the-copy",
  },
  prod: {
    ...secretsOfKit,
    ...certificatesOfKit,
    evidenceRoleArn: "arn:aws:iam::123456789012:role/lstm-pfd-backup-evidence",
    ...fileConfig("prod"),
  },
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
  "kubernetes:core/v1:PersistentVolumeClaim": ({ name, inputs }: { name: string; inputs: unknown }) => {
    const { metadata } = inputs as { metadata: object };
    return { metadata: { ...metadata, uid: `uid of ${name}` } };
  },
  "random:index/randomPassword:RandomPassword": ({ name }: { name: string }) => ({ result: `drawn-${name}` }),
  "random:index/randomString:RandomString": ({ name }: { name: string }) => ({ result: `drawn-${name}` }),
  "aws:s3/bucket:Bucket": ({ inputs }: { inputs: unknown }) => {
    const { bucket } = inputs as { bucket: string };
    return { arn: `arn:aws:s3:::${bucket}` };
  },
  "aws:kms/key:Key": ({ name }: { name: string }) => ({
    arn: `arn:aws:kms:eu-central-1:123456789012:key/${name}`,
  }),
  "aws:cloudwatch/logGroup:LogGroup": ({ name }: { name: string }) => ({
    arn: `arn:aws:logs:eu-central-1:123456789012:log-group:${name}`,
  }),
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

/** Toolchain as a command hands it to the program: images by role, nothing else that is there. */
function toolchain(): string {
  const images = imageNames.map((name) => [
    name,
    { reference: `docker.io/lstm-pfd/${name}:built`, archive: "" },
  ]);
  return JSON.stringify({
    binDir: "bin",
    charts: { certManager: "charts/cert-manager", traefik: "charts/traefik" },
    images: Object.fromEntries(images) as object,
    versions: { certManager: "1.11.5", kubernetes: "1.36.3" },
  });
}

/**
 * Runs the whole program under mocks, and gives back everything that it registers.
 * @param config by key without namespace
 * @param run the program
 */
export async function recordProgram(
  config: Readonly<Record<string, string>>,
  run: typeof program = program,
): Promise<Registrations> {
  const directory = mkdtempSync(join(tmpdir(), "program-"));
  const handedOver = process.env[MANIFEST_VARIABLE];
  try {
    const file = join(directory, "toolchain.json");
    writeFileSync(file, toolchain());
    process.env[MANIFEST_VARIABLE] = file;
    pulumi.runtime.setAllConfig(qualified(config));
    return await recordRegistrations(
      async () => {
        await run();
      },
      outputs,
      answers,
    );
  } finally {
    rmSync(directory, { recursive: true });
    if (handedOver === undefined) Reflect.deleteProperty(process.env, MANIFEST_VARIABLE);
    else process.env[MANIFEST_VARIABLE] = handedOver;
  }
}
