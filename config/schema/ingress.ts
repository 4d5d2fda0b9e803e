import { emailRule } from "../../plan/certManager";
import { hostRule } from "../../plan/clusterNames";
import { replicasRule } from "../../plan/replicas";
import { parseSavedSecrets } from "../../plan/savedSecrets";
import { choice, integer, secret, secretOf, text } from "../key";

/** How clients reach the application, and its certificate. */
export const ingressKeys = {
  host: text({
    rule: hostRule,
    description:
      "Name under which the application is reached; with one the stack has an ingress controller and cert-manager.",
  }),
  ingressController: choice(["traefik", "ingress-nginx"], {
    default: "traefik",
    description: "Program that serves the Ingresses. The second one is archived.",
  }),
  ingressReplicas: integer({
    default: 2,
    rule: replicasRule,
    description: "Pods of the ingress controller.",
  }),
  ingressServiceType: choice(["LoadBalancer", "NodePort", "ClusterIP"], {
    default: "LoadBalancer",
    description: "How clients get to the ingress controller on a cluster that a kubeconfig leads to.",
  }),
  ingressChart: text({
    description:
      "Helm chart of the ingress controller: a name, an oci:// reference or a path; empty for the one that is known.",
  }),
  ingressChartRepository: text({ description: "Repository of that chart, if it has one." }),
  ingressChartVersion: text({ description: "Version of that chart." }),
  certificateIssuer: choice(["self-signed", "own-ca", "acme-staging", "acme-production"], {
    default: "self-signed",
    description: "Who signs the application's certificate. Drills use acme-staging.",
  }),
  acmeEmail: text({ rule: emailRule, description: "E-mail address for Let's Encrypt." }),
  authorityCertificate: text({ description: "Certificate of your own authority, PEM, for own-ca." }),
  authorityKey: secret({ description: "Key of your own authority, PEM." }),
  savedSecrets: secretOf({
    rule: 'must be a JSON list of Secrets, as "npm run kit" writes it',
    standIn: "[]",
    read: parseSavedSecrets,
    description:
      "Certificates and ACME accounts of an earlier cluster, JSON, from the recovery kit; [] to have new ones.",
  }),
  certManagerChart: text({
    description:
      "Helm chart of cert-manager: a name, an oci:// reference or a path; empty for the one that is known.",
  }),
  certManagerChartRepository: text({ description: "Repository of that chart, if it has one." }),
  certManagerChartVersion: text({ description: "Version of that chart." }),
};
