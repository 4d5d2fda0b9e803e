import type { SavedSecret } from "../../../plan/savedSecrets";

/** The application's certificate, as it is saved. */
export const tlsSecret: SavedSecret = {
  name: "lstm-pfd-tls",
  namespace: "lstm-pfd",
  type: "kubernetes.io/tls",
  data: { "tls.crt": "Y2VydGlmaWNhdGU=", "tls.key": "c2VjcmV0", "ca.crt": "" },
  labels: { "controller.cert-manager.io/fao": "true" },
  annotations: {
    "cert-manager.io/certificate-name": "lstm-pfd-tls",
    "cert-manager.io/issuer-group": "cert-manager.io",
    "cert-manager.io/issuer-kind": "ClusterIssuer",
    "cert-manager.io/issuer-name": "lstm-pfd",
  },
};

/** The authority that was made in the cluster. */
export const authoritySample: SavedSecret = {
  ...tlsSecret,
  name: "lstm-pfd-ca",
  namespace: "cert-manager",
  annotations: {
    ...tlsSecret.annotations,
    "cert-manager.io/certificate-name": "lstm-pfd-ca",
    "cert-manager.io/issuer-name": "lstm-pfd-root",
  },
};

/** The key of the ACME account. */
export const accountSample: SavedSecret = {
  name: "lstm-pfd-acme-production-account",
  namespace: "cert-manager",
  type: "Opaque",
  data: { "tls.key": "c2VjcmV0" },
  labels: { "app.kubernetes.io/managed-by": "cert-manager" },
  annotations: {},
};
