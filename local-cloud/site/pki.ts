import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { concurrently } from "../../lib/concurrently";
import { run } from "../../lib/process";
import { network } from "./network";

/** A certificate of a site: an authority, or one that an authority signs. */
export interface Certificate {
  /** Of its files: `<name>.crt` and `<name>.key`. */
  name: string;
  commonName: string;
  /** Groups that the API server puts its holder in. */
  organization?: string;
  /** Authority that signs it; none: it is an authority. */
  authority?: string;
  usage?: "server" | "client" | "both";
  /** As openssl writes them: `DNS:localhost`. */
  alternativeNames?: readonly string[];
}

const DAYS = 3650;

const AT_ONCE = 4;

const LOCAL = ["DNS:localhost", "IP:127.0.0.1"];

/** Certificates of a site, authorities first. */
export function certificatePlan(siteName: string): Certificate[] {
  const client = (name: string, commonName: string, organization?: string): Certificate => ({
    name,
    commonName,
    ...(organization === undefined ? {} : { organization }),
    authority: "ca",
    usage: "client",
  });
  const services = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  return [
    { name: "ca", commonName: `${siteName} kubernetes` },
    { name: "front-proxy-ca", commonName: `${siteName} front proxy` },
    { name: "etcd-ca", commonName: `${siteName} etcd` },
    {
      name: "apiserver",
      commonName: "kube-apiserver",
      authority: "ca",
      usage: "server",
      alternativeNames: [
        ...LOCAL,
        `IP:${network.nodeAddress}`,
        `IP:${network.apiService}`,
        ...[...services, `kubernetes.default.svc.${network.clusterDomain}`].map((name) => `DNS:${name}`),
      ],
    },
    client("apiserver-kubelet-client", "kube-apiserver-kubelet-client"),
    client("admin", "admin", "system:masters"),
    client("controller-manager", "system:kube-controller-manager"),
    client("scheduler", "system:kube-scheduler"),
    client("kube-proxy", "system:kube-proxy"),
    client("volume-provisioner", "volume-provisioner"),
    client("kubelet", `system:node:${siteName}`, "system:nodes"),
    {
      name: "kubelet-server",
      commonName: `system:node:${siteName}`,
      authority: "ca",
      usage: "server",
      alternativeNames: [...LOCAL, `DNS:${siteName}`, `IP:${network.nodeAddress}`],
    },
    {
      name: "front-proxy-client",
      commonName: "front-proxy-client",
      authority: "front-proxy-ca",
      usage: "client",
    },
    {
      name: "etcd",
      commonName: "etcd",
      authority: "etcd-ca",
      usage: "both",
      alternativeNames: LOCAL,
    },
    { name: "apiserver-etcd-client", commonName: "kube-apiserver", authority: "etcd-ca", usage: "client" },
  ];
}

/** Arguments of the one openssl command that makes a certificate with its key, in the current directory. */
export function opensslArguments(certificate: Certificate): string[] {
  const { name, commonName, organization, authority, usage, alternativeNames } = certificate;
  const subject = `${organization === undefined ? "" : `/O=${organization}`}/CN=${commonName}`;
  const usages = { server: ["serverAuth"], client: ["clientAuth"], both: ["serverAuth", "clientAuth"] };
  const extensions =
    authority === undefined
      ? ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
      : [
          "basicConstraints=critical,CA:FALSE",
          "keyUsage=critical,digitalSignature",
          `extendedKeyUsage=${usages[usage ?? "client"].join(",")}`,
          ...(alternativeNames ? [`subjectAltName=${alternativeNames.join(",")}`] : []),
        ];
  return [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha256", "-noenc"],
    ...["-days", String(DAYS), "-subj", subject, "-config", "openssl.cnf"],
    ...extensions.flatMap((extension) => ["-addext", extension]),
    ...(authority === undefined ? [] : ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`]),
    ...["-keyout", `${name}.key`, "-out", `${name}.crt`],
  ];
}

/** Without the host's own openssl.cnf, which may add extensions. */
const OPENSSL_CONFIG = "[req]\ndistinguished_name = subject\n[subject]\n";

/**
 * Makes the keys and certificates of a site in a directory, unless they are there: all of them, or none.
 * @throws CommandError when openssl fails
 */
export async function ensurePki(directory: string, siteName: string, signal?: AbortSignal): Promise<void> {
  if (existsSync(directory)) return;
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(join(unfinished, "openssl.cnf"), OPENSSL_CONFIG);
  const openssl = (args: string[]): Promise<unknown> =>
    run("openssl", args, { cwd: unfinished, ...(signal && { signal }) });
  const plan = certificatePlan(siteName);
  const make = (certificates: Certificate[]): Promise<void> =>
    concurrently(AT_ONCE, certificates, async (certificate) => {
      await openssl(opensslArguments(certificate));
    });
  await make(plan.filter(({ authority }) => authority === undefined));
  await make(plan.filter(({ authority }) => authority !== undefined));
  // Signs the tokens of service accounts.
  await openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "sa.key"]);
  await openssl(["pkey", "-in", "sa.key", "-pubout", "-out", "sa.pub"]);
  // Encrypts Secrets in etcd.
  await openssl(["rand", "-base64", "-out", "secrets.key", "32"]);
  for (const file of await readdir(unfinished)) await chmod(join(unfinished, file), 0o600);
  await rename(unfinished, directory);
}
