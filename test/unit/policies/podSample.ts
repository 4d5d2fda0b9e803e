import { kubernetesTypes } from "../../../policies/shared/resourceTypes";

/** A container, as far as the rules look. */
export interface ContainerProps {
  name: string;
  image: string;
  securityContext: object;
  resources: object;
  [field: string]: unknown;
}

/** A pod, as far as the rules look. */
export interface PodProps {
  securityContext: object;
  containers: ContainerProps[];
  [field: string]: unknown;
}

/** Arguments of a Deployment, as far as the rules look. */
export interface DeploymentProps {
  spec: { template: { spec: PodProps } };
}

const container: ContainerProps = {
  name: "web",
  image: `registry.example.com/lstm-pfd:1.2.3@sha256:${"0123456789abcdef".repeat(4)}`,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } },
  env: [
    { name: "LOG_LEVEL", value: "info" },
    { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "app", key: "DB_PASSWORD" } } },
  ],
};

/** A pod that every rule accepts. */
export const goodPod: PodProps = {
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
  containers: [container],
  volumes: [{ name: "tmp", emptyDir: {} }],
};

/** A Deployment that every rule accepts. */
export const goodDeployment: { type: string; name: string; props: DeploymentProps } = {
  type: kubernetesTypes.deployment,
  name: "web",
  props: { spec: { template: { spec: goodPod } } },
};

/** How messages call its container. */
export const containerTitle = 'Deployment "web": container "web"';

/** Changes fields of the pod. */
export function withPod(change: object): () => DeploymentProps {
  return () => ({ spec: { template: { spec: { ...goodPod, ...change } } } });
}

/** Changes fields of the container. */
export function withContainer(change: object): () => DeploymentProps {
  return withPod({ containers: [{ ...container, ...change }] });
}

/** Changes fields of the container's security context. */
export function withContext(change: object): () => DeploymentProps {
  return withContainer({ securityContext: { ...container.securityContext, ...change } });
}
