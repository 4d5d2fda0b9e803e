import type * as pulumi from "@pulumi/pulumi";
import { type CertificateIssuer, certManagerChart } from "../plan/certManager";
import type { ChartSource } from "../plan/charts";
import { ingressCharts, type IngressController, type IngressPlan } from "../plan/ingress";
import type { SavedSecret } from "../plan/savedSecrets";
import type { Values } from "./schema";

/** How clients reach the application, where they do. */
export interface WebConfig {
  /** Empty: they do not. */
  host: string;
  ingress: {
    controller: IngressController;
    replicas: number;
    chart: ChartSource;
    serviceType: IngressPlan["serviceType"];
  };
  certManager: { chart: ChartSource; issuer: CertificateIssuer };
  /** For the issuer `own-ca`. */
  authority: { certificate: string; key: pulumi.Output<string> };
  /** What cert-manager wrote on an earlier cluster. Secret. */
  savedSecrets: SavedSecret[];
  /** Most pods, where they are scaled by load. */
  dashboardMaxReplicas: number;
  workerMaxReplicas: number;
}

/** The part of the configuration that is about ingress and certificates. */
export function webConfig(values: Values): WebConfig {
  return {
    host: values.host,
    ingress: {
      controller: values.ingressController,
      replicas: values.ingressReplicas,
      chart: chartOf(values, "ingress", ingressCharts[values.ingressController]),
      serviceType: values.ingressServiceType,
    },
    certManager: { chart: chartOf(values, "certManager", certManagerChart), issuer: issuerOf(values) },
    authority: { certificate: values.authorityCertificate, key: values.authorityKey },
    savedSecrets: values.savedSecrets,
    dashboardMaxReplicas: values.dashboardMaxReplicas,
    workerMaxReplicas: values.workerMaxReplicas,
  };
}

function chartOf(values: Values, name: "ingress" | "certManager", known: ChartSource): ChartSource {
  const chart = values[`${name}Chart`];
  const version = values[`${name}ChartVersion`];
  const repository = values[`${name}ChartRepository`];
  if (chart === "") return version === "" ? known : { ...known, version };
  return {
    chart,
    ...(repository === "" ? {} : { repository }),
    ...(version === "" ? {} : { version }),
  };
}

function issuerOf({ certificateIssuer: kind, acmeEmail: email }: Values): CertificateIssuer {
  return kind === "acme-production" || kind === "acme-staging" ? { kind, email } : { kind };
}
