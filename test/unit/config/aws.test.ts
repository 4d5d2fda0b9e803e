import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../../config/config";
import { projectRoot } from "../../../lib/paths";
import { problemsOf } from "./problemsOf";

function stackFile(stack: string): Record<string, string> {
  const text = readFileSync(join(projectRoot, `Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(text) as { config: Record<string, string> };
  return config;
}

/** What a recovery kit gives beside access keys, which pods at AWS do not have. */
const kit = Object.fromEntries(
  ["repositoryCipherPass", "dbPassword", "jwtSecret", "secretKey"].map((key) => [
    `lstm-pfd:${key}`,
    `${key} of the kit`,
  ]),
);
const vault = stackFile("prod-vault");
const platform = { ...stackFile("prod"), ...kit };

function problems(base: Record<string, string>, changes: Record<string, string> = {}): readonly string[] {
  const changed = Object.entries(changes).map(([key, value]) => [`lstm-pfd:${key}`, value]);
  return problemsOf(() => {
    parseConfig({ ...base, ...(Object.fromEntries(changed) as Record<string, string>) });
  });
}

describe("configuration of a vault at AWS", () => {
  it("is in Pulumi.prod-vault.yaml", () => {
    const { aws, s3 } = parseConfig(vault);
    assert.equal(s3.region, "eu-central-1");
    assert.deepEqual(aws.vault.lock, { mode: "governance", days: 7 });
  });

  it("needs no more than it needs to adopt one", () => {
    const ids = { vaultKeyId: "1234abcd-12ab", replicaKeyId: "5678abcd-12ab" };
    assert.deepEqual(problems({ ...vault, ...kit }, { vaultMode: "adopt", ...ids }), []);
    assert.deepEqual(
      problems({ ...vault, ...kit }, { vaultMode: "promote", vaultKeyId: "1234abcd-12ab" }),
      [],
    );
  });

  it("needs the secrets of the kit to adopt or promote one: new ones would open no backup", () => {
    for (const vaultMode of ["adopt", "promote"]) {
      const ids = vaultMode === "adopt" ? { replicaKeyId: "5678abcd-12ab" } : {};
      assert.deepEqual(
        problems(vault, { vaultMode, vaultKeyId: "1234abcd-12ab", ...ids }),
        ["repositoryCipherPass", "dbPassword", "jwtSecret", "secretKey"].map(
          (key) =>
            `lstm-pfd:${key} is not set: vaultMode "${vaultMode}" goes on with the secrets of the vault that is there; ` +
            'set lstm-pfd:recoveryKit to the path of its recovery kit, or the key itself with "pulumi config set --secret"',
        ),
      );
    }
  });

  const refused: [Record<string, string>, string][] = [
    [{ awsAccount: "" }, "lstm-pfd:awsAccount is empty: a vault at AWS needs it"],
    [{ awsAccount: "12345" }, 'lstm-pfd:awsAccount is "12345": must be an AWS account: 12 digits'],
    [
      { vaultRegion: "Frankfurt" },
      'lstm-pfd:vaultRegion is "Frankfurt": must be a region of the partition aws (none of us-gov-…, cn-… or eusc-…), as in eu-central-1',
    ],
    [
      { replicaRegion: "us-gov-west-1" },
      'lstm-pfd:replicaRegion is "us-gov-west-1": must be a region of the partition aws (none of us-gov-…, cn-… or eusc-…), as in eu-central-1',
    ],
    [
      { replicaBucket: "backups--x-s3" },
      'lstm-pfd:replicaBucket is "backups--x-s3": must be a bucket name: 3 to 63 lower-case letters, digits and hyphens, and none that AWS reserves (xn--…, sthree-…, amzn-s3-demo-…, …-s3alias, …--ol-s3, …--x-s3, …--table-s3, ….mrap, …-an)',
    ],
    [
      { replicaRegion: "eu-central-1" },
      `lstm-pfd:replicaRegion is "eu-central-1": must be another region than the vault's, or one disaster takes both`,
    ],
    [
      { replicaBucket: "example-lstm-pfd-backups" },
      `lstm-pfd:replicaBucket is "example-lstm-pfd-backups": must be another bucket than the vault's`,
    ],
    [
      { replicaRoleArn: "arn:aws:iam::123456789012:role/copy" },
      'lstm-pfd:replicaRoleArn is "arn:aws:iam::123456789012:role/copy": must be of another account than awsAccount (123456789012); without it the copy is in that one',
    ],
    [{ replicaBucket: "" }, "lstm-pfd:replicaBucket is empty: a vault at AWS needs it"],
    [
      { bucket: "lstm-pfd-backups" },
      "lstm-pfd:bucket is not set: a vault at AWS needs a name of its own, unique among all of AWS",
    ],
    [
      {
        bucket: "lstm-pfd-backups",
        vaultMode: "adopt",
        vaultKeyId: "1234abcd-12ab",
        replicaKeyId: "5678abcd-12ab",
      },
      'lstm-pfd:bucket is not set: vaultMode "adopt" needs the name of the bucket that is there',
    ],
    [
      { adoptChanges: "true" },
      'lstm-pfd:adoptChanges is "true": must be left out, because vaultMode "create" takes nothing over',
    ],
    [{ vaultMode: "reference" }, 'lstm-pfd:vaultMode is "reference": must be create or adopt or promote'],
    [
      { vaultMode: "adopt", replicaKeyId: "5678abcd" },
      'lstm-pfd:vaultKeyId is not set: vault mode "adopt" needs the id of the key that has encrypted the bucket; "aws kms describe-key" tells it',
    ],
    [
      { vaultMode: "promote", vaultKeyId: "1234abcd", replicaKeyId: "5678abcd" },
      'lstm-pfd:replicaKeyId is "5678abcd": must be left out, because vault mode "promote" makes a key',
    ],
    [
      { replicaKeyId: "5678abcd" },
      'lstm-pfd:replicaKeyId is "5678abcd": must be left out, because vault mode "create" makes a key',
    ],
    [
      { objectLockDays: "8" },
      'lstm-pfd:objectLockDays is "8": must be from 1 to 7, the days of class wal, which is kept shortest; a longer lock keeps what has expired',
    ],
    [{ objectLockDays: "-1" }, 'lstm-pfd:objectLockDays is "-1": must be a whole number from 0 to 3650'],
    [
      { objectLockMode: "compliance" },
      'lstm-pfd:objectLockMode is "compliance": must be governance or compliance-cannot-be-undone',
    ],
    [
      { breakGlassRoleArn: "break-glass" },
      'lstm-pfd:breakGlassRoleArn is "break-glass": must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass',
    ],
    [
      { roleNamePrefix: "Backup" },
      'lstm-pfd:roleNamePrefix is "Backup": must start with a letter and hold at most 41 lower-case letters, digits and hyphens',
    ],
    [
      { s3Endpoint: "https://s3.example.com" },
      'lstm-pfd:s3Endpoint is "https://s3.example.com": must be left out, because objectStore is "aws"',
    ],
    [
      { modelsLossObjectiveSeconds: "13199" },
      'lstm-pfd:modelsLossObjectiveSeconds is "13199": the schedules of plan/backupClasses.ts lose up to 13200 s',
    ],
  ];
  for (const [changes, message] of refused)
    it(`refuses ${JSON.stringify(changes)}`, () => {
      // In the modes that take a vault over the kit is there.
      assert.deepEqual(problems({ ...vault, ...kit }, changes), [message]);
    });
});

describe("configuration of a platform at AWS", () => {
  it("is in Pulumi.prod.yaml, except the secrets", () => {
    const { aws, images, s3, web } = parseConfig(platform);
    assert.equal(s3.region, "eu-central-1");
    assert.deepEqual(aws.cluster.publicAccessCidrs, ["192.0.2.0/24"]);
    assert.deepEqual(aws.network.zones, ["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
    assert.equal(web.certManager.issuer.kind, "acme-production");
    assert.match(images.postgres, /@sha256:/);
  });

  it("takes no network for the API server's door", () => {
    const closed = parseConfig({ ...platform, "lstm-pfd:publicAccessCidrs": "none" });
    assert.deepEqual(closed.aws.cluster.publicAccessCidrs, []);
  });

  it("takes another chart, or another version of the known one", () => {
    const { web } = parseConfig({
      ...platform,
      "lstm-pfd:ingressChart": "/charts/traefik",
      "lstm-pfd:certManagerChartVersion": "v1.20.0",
    });
    assert.deepEqual(web.ingress.chart, { chart: "/charts/traefik" });
    assert.deepEqual(web.certManager.chart, {
      chart: "oci://quay.io/jetstack/charts/cert-manager",
      version: "v1.20.0",
    });
  });

  const refused: [Record<string, string>, string][] = [
    [
      { dbPassword: "" },
      'lstm-pfd:dbPassword is empty: a platform needs it from the recovery kit; set lstm-pfd:recoveryKit, or the key itself with "pulumi config set --secret"',
    ],
    [
      { objectStore: "s3" },
      'lstm-pfd:objectStore is "s3": pods at EKS act by roles on a vault at AWS; set objectStore to aws',
    ],
    [
      { imageRedis: "" },
      "lstm-pfd:imageRedis is empty: only an embedded cluster has images of its own; give one that the cluster can pull",
    ],
    [{ awsRegion: "" }, 'lstm-pfd:awsRegion is empty: cluster "eks" needs it'],
    [{ host: "" }, 'lstm-pfd:host is empty: cluster "eks" needs it'],
    [
      { host: "localhost" },
      'lstm-pfd:host is "localhost": must be a host name and no address, as in lstm-pfd.example.com',
    ],
    [
      { host: "192.0.2.10" },
      'lstm-pfd:host is "192.0.2.10": must be a host name and no address, as in lstm-pfd.example.com',
    ],
    [
      { namespace: "kube-system" },
      'lstm-pfd:namespace is "kube-system": must start with a letter, end with a letter or digit, hold at most 20 lower-case letters, digits and hyphens, and be of the application alone: not default, cert-manager, ingress, nor one that begins with kube-',
    ],
    [
      { imageRedis: "registry.example.com/Redis:1" },
      'lstm-pfd:imageRedis is "registry.example.com/Redis:1": must be an image reference with a repository in lower-case letters, as in registry.example.com/lstm-pfd@sha256:…',
    ],
    [{ zones: "" }, 'lstm-pfd:zones is empty: cluster "eks" needs it'],
    [
      { zones: "eu-central-1a,eu-central-1b,eu-central-1b" },
      'lstm-pfd:zones is "eu-central-1a,eu-central-1b,eu-central-1b": must be three different availability zones, comma-separated, as in eu-central-1a,eu-central-1b,eu-central-1c',
    ],
    [
      { networkCidr: "10.20.0.0/24" },
      'lstm-pfd:networkCidr is "10.20.0.0/24": must be a private IPv4 network from /16 to /20 on its own boundary, as in 10.20.0.0/16',
    ],
    [{ natGateways: "two" }, 'lstm-pfd:natGateways is "two": must be one or perZone'],
    [
      { interfaceEndpoints: "ecr.api,s3" },
      'lstm-pfd:interfaceEndpoints is "ecr.api,s3": must be short names of services, comma-separated, each once, as in ecr.api,sts; s3 is always there and must be left out',
    ],
    [
      { interfaceEndpoints: "sts,sts" },
      'lstm-pfd:interfaceEndpoints is "sts,sts": must be short names of services, comma-separated, each once, as in ecr.api,sts; s3 is always there and must be left out',
    ],
    [
      { interfaceEndpoints: "sts," },
      'lstm-pfd:interfaceEndpoints is "sts,": must be short names of services, comma-separated, each once, as in ecr.api,sts; s3 is always there and must be left out',
    ],
    [{ clusterName: "" }, 'lstm-pfd:clusterName is empty: cluster "eks" needs it'],
    [
      { clusterName: "-" },
      'lstm-pfd:clusterName is "-": must hold at most 100 letters, digits, hyphens and underscores, and start with a letter or digit',
    ],
    [
      { clusterAdministrators: "operator" },
      'lstm-pfd:clusterAdministrators is "operator": must be ARNs of roles, comma-separated, each once, as in arn:aws:iam::123456789012:role/operator',
    ],
    [
      { kubernetesVersion: "1.30" },
      'lstm-pfd:kubernetesVersion is "1.30": must be a minor version in standard support at EKS, 1.34 or newer, as in 1.36',
    ],
    [
      { publicAccessCidrs: "everybody" },
      'lstm-pfd:publicAccessCidrs is "everybody": must be IPv4 networks, comma-separated, as in 192.0.2.0/24, or none',
    ],
    [
      { logRetentionDays: "91" },
      'lstm-pfd:logRetentionDays is "91": must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, which is what CloudWatch takes',
    ],
    [
      { ingressController: "nginx" },
      'lstm-pfd:ingressController is "nginx": must be traefik or ingress-nginx',
    ],
    [{ acmeEmail: "" }, `lstm-pfd:acmeEmail is empty: must be an e-mail address; Let's Encrypt asks for it`],
    [
      { certificateIssuer: "own-ca", authorityCertificate: "PEM" },
      'lstm-pfd:authorityKey is not set: certificateIssuer "own-ca" signs with an authority of yours',
    ],
    [
      { certManagerChart: "oci://mirror.example.com/cert-manager" },
      "lstm-pfd:certManagerChartVersion is empty: must be an exact version, as in 1.2.3",
    ],
    [
      {
        ingressChart: "traefik",
        ingressChartRepository: "http://charts.example.com",
        ingressChartVersion: "1.2.3",
      },
      'lstm-pfd:ingressChartRepository is "http://charts.example.com": must be an https URL',
    ],
    [
      { workerReplicas: "0" },
      'lstm-pfd:workerReplicas is "0": must be at least 1 where pods are scaled by load',
    ],
    [
      { dashboardReplicas: "7" },
      'lstm-pfd:dashboardMaxReplicas is "6": must be at least dashboardReplicas, 7',
    ],
  ];
  for (const [changes, message] of refused)
    it(`refuses ${JSON.stringify(changes)}`, () => {
      assert.deepEqual(problems(platform, changes), [message]);
    });

  it("refuses a vault at AWS for a cluster whose pods have no role there", () => {
    const found = problems(platform, { cluster: "kubeconfig", kubeconfig: "config" });
    assert.ok(
      found.includes(
        'lstm-pfd:objectStore is "aws": only cluster "eks" gives pods a role there; set objectStore to s3 and give access keys',
      ),
    );
  });
});
