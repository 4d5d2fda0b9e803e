/**
 * Oldest and newest Kubernetes that a chart is made for or tested on, by chart and by the chart's minor version.
 * Sources, read in August 2026: cert-manager.io/docs/releases, and the support table in the README of kubernetes/ingress-nginx
 * for its last charts. Traefik's chart names the oldest (`kubeVersion` in its Chart.yaml) and no newest: that is the newest that
 * was out when the chart was, since Traefik promises the latest three (doc.traefik.io, requirements of the Kubernetes provider).
 */
export const addOnRanges: Record<string, Record<string, [oldest: string, newest: string]>> = {
  "cert-manager": {
    "1.13": ["1.21", "1.27"],
    "1.20": ["1.32", "1.35"],
    "1.21": ["1.33", "1.36"],
  },
  "ingress-nginx": { "4.15": ["1.31", "1.35"] },
  traefik: { "41.3": ["1.25", "1.36"] },
};
