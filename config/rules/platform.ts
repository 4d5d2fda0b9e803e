import { kitSecrets } from "../../plan/names";
import type { Config } from "../shape";
import type { Texts } from "../texts";
import { accessKeys } from "./accessKeys";

const imageKeys = ["imageApplication", "imageOperations", "imagePostgres", "imageRedis"] as const;

/**
 * What is wrong with a platform wherever it is, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function platformProblems(texts: Texts, { cluster, objectStore }: Config): string[] {
  const problems: string[] = [];
  // At AWS pods have roles, and no keys.
  for (const key of cluster.kind === "eks" ? kitSecrets : [...accessKeys, ...kitSecrets])
    if (texts.isEmpty(key))
      problems.push(
        `${texts.missing(key)}: a platform needs it from the recovery kit; set lstm-pfd:recoveryKit, or the key itself with "pulumi config set --secret"`,
      );
  if (cluster.kind === "kubeconfig" && cluster.path === "")
    problems.push(`${texts.missing("kubeconfig")}: cluster "kubeconfig" needs the path of one`);
  if (cluster.kind === "kubeconfig" && objectStore.kind === "embedded")
    problems.push(
      `objectStore is "embedded": only an embedded cluster reaches it; set objectStore to s3 and give s3Endpoint`,
    );
  if ((cluster.kind === "eks") !== (objectStore.kind === "aws"))
    problems.push(
      cluster.kind === "eks"
        ? `objectStore is "${objectStore.kind}": pods at EKS act by roles on a vault at AWS; set objectStore to aws`
        : `objectStore is "aws": only cluster "eks" gives pods a role there; set objectStore to s3 and give access keys`,
    );
  if (cluster.kind === "embedded" && objectStore.kind === "s3")
    problems.push(
      `objectStore is "s3": an embedded cluster reaches nothing but an embedded object store; set cluster to kubeconfig and give one`,
    );
  if (cluster.kind !== "eks" && !texts.isEmpty("dnsZoneId"))
    problems.push(
      `dnsZoneId is "${texts.text("dnsZoneId")}": only a site at EKS has a balancer that it can lead to; leave it out`,
    );
  for (const key of imageKeys)
    if ((cluster.kind === "embedded") !== texts.isEmpty(key))
      problems.push(
        cluster.kind === "embedded"
          ? `${key} is "${texts.text(key)}": an embedded cluster reaches no registry and runs the images that are made here; leave it out, or set cluster to kubeconfig or eks`
          : `${texts.missing(key)}: only an embedded cluster has images of its own; give one that the cluster can pull`,
      );
  return problems;
}
