import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { imagePullSecrets } from "../../plan/names";

/** Arguments of {@link jobAccount}. */
export interface JobAccountArgs {
  /** Name of account, role and binding in Kubernetes. */
  account: string;
  namespace: pulumi.Input<string>;
  /** Whether its pods pull their images with the namespace's credentials. @default false */
  pullsWithSecret?: boolean | undefined;
  /** What the account may do in its namespace. */
  rules: pulumi.Input<{ apiGroups: string[]; resources: string[]; verbs: string[] }>[];
}

/**
 * A service account for a Job that talks to the API server, with rights in its own namespace alone.
 * @param name of the resources
 * @returns what the Job must wait for
 */
export function jobAccount(
  name: string,
  { account, namespace, pullsWithSecret = false, rules }: JobAccountArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const metadata = { name: account, namespace };
  return [
    new k8s.core.v1.ServiceAccount(
      name,
      { metadata, automountServiceAccountToken: false, ...imagePullSecrets(pullsWithSecret) },
      options,
    ),
    new k8s.rbac.v1.Role(name, { metadata, rules }, options),
    new k8s.rbac.v1.RoleBinding(
      name,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: account },
        subjects: [{ kind: "ServiceAccount", name: account, namespace }],
      },
      options,
    ),
  ];
}
