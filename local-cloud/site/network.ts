/** Addresses inside of a site. Every site has the same: none of them is seen outside. */
export const network = {
  /** The node's own, on its loopback interface. */
  nodeAddress: "10.241.0.1",
  podRange: "10.244.0.0/16",
  serviceRange: "10.96.0.0/16",
  /** The API server's Service: the first address of the range. */
  apiService: "10.96.0.1",
  dnsService: "10.96.0.10",
  /** Of the API server inside of the site. */
  apiPort: 6443,
  clusterDomain: "cluster.local",
} as const;
