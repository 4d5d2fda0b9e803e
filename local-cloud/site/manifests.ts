import { objectStoreAddress, objectStoreHost } from "../objectStore/address";
import { hashOf } from "../../lib/recipe";
import { network } from "./network";
import { PROVISIONER } from "./services";

/** A Kubernetes object. */
export type Manifest = Readonly<Record<string, unknown>> & { apiVersion: string; kind: string };

const DNS = { name: "coredns", namespace: "kube-system" };

/** Label of the pods that resolve names, the same as in every cluster. */
export const dnsLabels = { "k8s-app": "kube-dns" };

/** What a site's cluster holds before anybody uses it. */
export function siteManifests(corednsImage: string, objectStore: string | undefined): Manifest[] {
  return [...access(), storageClass(), ...dns(corednsImage, corefile(objectStore))];
}

function binding(name: string, clusterRole: string, subject: object): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole },
    subjects: [subject],
  };
}

function user(name: string): object {
  return { apiGroup: "rbac.authorization.k8s.io", kind: "User", name };
}

function access(): Manifest[] {
  return [
    // For logs and exec.
    binding("apiserver-to-kubelet", "system:kubelet-api-admin", user("kube-apiserver-kubelet-client")),
    binding("volume-provisioner", "system:persistent-volume-provisioner", user("volume-provisioner")),
  ];
}

function storageClass(): Manifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "directory",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: PROVISIONER,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
  };
}

/** Answers for the cluster and the object store; every other name fails at once. */
export function corefile(objectStore: string | undefined): string {
  const { clusterDomain } = network;
  const reverse = "in-addr.arpa ip6.arpa";
  const entry =
    objectStore === undefined ? "" : `        ${objectStoreAddress} ${objectStoreHost(objectStore)}\n`;
  return `.:53 {
    errors
    health
    ready
    cache 30
    hosts {
${entry}        fallthrough ${clusterDomain} ${reverse}
    }
    kubernetes ${clusterDomain} ${reverse}
}
`;
}

function dns(image: string, config: string): Manifest[] {
  const metadata = { ...DNS, labels: dnsLabels };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        {
          apiGroups: [""],
          resources: ["endpoints", "services", "pods", "namespaces"],
          verbs: ["list", "watch"],
        },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    binding("system:coredns", "system:coredns", { kind: "ServiceAccount", ...DNS }),
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: config } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace: DNS.namespace, labels: dnsLabels },
      spec: {
        selector: dnsLabels,
        clusterIP: network.dnsService,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
    deployment(metadata, image, config),
  ];
}

function deployment(metadata: object, image: string, config: string): Manifest {
  const probe = (path: string, port: number): object => ({ httpGet: { path, port } });
  const container = {
    name: "coredns",
    image,
    args: ["-conf", "/etc/coredns/Corefile"],
    ports: [
      { name: "dns", containerPort: 53, protocol: "UDP" },
      { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
    ],
    resources: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "170Mi" } },
    readinessProbe: { ...probe("/ready", 8181), periodSeconds: 2 },
    livenessProbe: { ...probe("/health", 8080), initialDelaySeconds: 60 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
    },
    volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: dnsLabels },
      template: {
        // Changed configuration makes new pods.
        metadata: { labels: dnsLabels, annotations: { "lstm-pfd.recovery/corefile": hashOf(config) } },
        spec: {
          serviceAccountName: DNS.name,
          priorityClassName: "system-cluster-critical",
          dnsPolicy: "Default",
          containers: [container],
          volumes: [{ name: "config", configMap: { name: DNS.name } }],
        },
      },
    },
  };
}
