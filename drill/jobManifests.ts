import { names } from "../plan/names";
import { checkNonce } from "./nonce";

/** What the drill's own Jobs run on. */
export interface DrillJobArgs {
  namespace: string;
  /** Reference of the image `operations`. */
  image: string;
  nonce: string;
  /** Secret with DATABASE_URL. @default that of the application */
  secret?: string;
  /** Claim of the checkpoints. @default that of the application */
  checkpointsClaim?: string;
}

/** A Kubernetes Job, to be created as JSON. */
export interface JobManifest {
  apiVersion: "batch/v1";
  kind: "Job";
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: object;
}

interface JobParts {
  env: object[];
  volumes: { name: string; mountPath: string; source: object }[];
  memory: string;
}

/** Commits a row every 100 ms until it is killed, and prints an acknowledgement for each: see {@link AcknowledgementLog}. */
export function writerJob(args: DrillJobArgs): JobManifest {
  const databaseUrl = {
    name: "DATABASE_URL",
    valueFrom: { secretKeyRef: { name: args.secret ?? names.applicationSecret, key: "DATABASE_URL" } },
  };
  return job("drill-writer", args, { env: [databaseUrl], volumes: [], memory: "128Mi" });
}

/** Writes the checkpoint files of the drill into the application's volume, then ends. */
export function checkpointsJob(args: DrillJobArgs): JobManifest {
  const claimName = args.checkpointsClaim ?? names.checkpointsClaim;
  const mountPath = names.checkpointsDirectory;
  return job("drill-checkpoints", args, {
    env: [
      { name: "CHECKPOINT_DIR", value: mountPath },
      { name: "MODEL_PATH", value: `${mountPath}/${names.modelFile}` },
    ],
    volumes: [{ name: "checkpoints", mountPath, source: { persistentVolumeClaim: { claimName } } }],
    memory: "256Mi",
  });
}

function job(command: string, args: DrillJobArgs, { env, volumes, memory }: JobParts): JobManifest {
  const nonce = checkNonce(args.nonce);
  const labels = {
    "app.kubernetes.io/name": "lstm-pfd-drill",
    "app.kubernetes.io/instance": nonce,
    "app.kubernetes.io/component": command,
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${command}-${nonce}`, namespace: args.namespace, labels },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: command,
              image: args.image,
              imagePullPolicy: "IfNotPresent",
              command: ["tini", "--", "node", `/opt/recovery/${command}.js`],
              env: [{ name: "DRILL_NONCE", value: nonce }, ...env],
              resources: { requests: { cpu: "10m", memory }, limits: { memory } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [
                ...volumes.map(({ name, mountPath }) => ({ name, mountPath })),
                { name: "tmp", mountPath: "/tmp" },
              ],
            },
          ],
          volumes: [
            ...volumes.map(({ name, source }) => ({ name, ...source })),
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
    },
  };
}
