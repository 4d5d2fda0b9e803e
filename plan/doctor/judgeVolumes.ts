import type { VolumeUse } from "./facts";
import { type Context, type Finding, npmRun, oneLine } from "./finding";
import { type Claim, conditionOf, type KubernetesEvent, newestEvent, placeOf } from "./kubernetes";

/** What is wrong with the claims of volumes. */
export function judgeClaims(claims: readonly Claim[], events: readonly KubernetesEvent[]): Finding[] {
  return claims.flatMap((claim): Finding[] => {
    const { metadata, spec, status } = claim;
    const { name, namespace = "" } = metadata;
    const base = {
      command: `kubectl -n ${namespace} describe pvc ${name}`,
      about: ["claims", `claim/${placeOf(metadata)}`],
    };
    const of = { kind: "PersistentVolumeClaim", name, namespace };
    if (status?.phase === "Lost")
      return [
        {
          ...base,
          severity: "down",
          what: `claim ${name} has lost its volume`,
          evidence: "its phase is Lost",
          todo: "the PersistentVolume is gone: bring it back if it can be had; otherwise remove the claim and run up, which restores the backup into a new one",
        },
      ];
    if (status?.phase === "Pending") {
      const failed = newestEvent(events, of, ["ProvisioningFailed", "FailedBinding"]);
      const waits = newestEvent(events, of, ["WaitForFirstConsumer", "WaitForPodScheduled"]);
      const seen = failed ?? waits ?? newestEvent(events, of, ["ExternalProvisioning", "Provisioning"]);
      return [
        {
          ...base,
          severity: "down",
          what: `claim ${name} gets no volume`,
          evidence: oneLine(`${seen?.reason ?? "Pending"}: ${seen?.message ?? "nothing says why"}`),
          todo:
            failed === undefined && waits !== undefined
              ? "it waits for a pod that can be scheduled"
              : `look at StorageClass ${spec?.storageClassName ?? "(none is named)"}, its driver and the quota of volumes`,
          becauseOf:
            failed === undefined && waits !== undefined
              ? [`waits-for-claim/${placeOf(metadata)}`, "nodes"]
              : ["quota"],
        },
      ];
    }
    const resizing = [
      conditionOf(status?.conditions, "Resizing"),
      conditionOf(status?.conditions, "FileSystemResizePending"),
    ].find((condition) => condition?.status === "True");
    const refused = newestEvent(events, of, ["VolumeResizeFailed", "FileSystemResizeFailed"]);
    if (resizing === undefined && refused === undefined) return [];
    if (resizing === undefined) return [];
    return [
      {
        ...base,
        severity: refused === undefined ? "look" : "at risk",
        what:
          refused === undefined
            ? `claim ${name} is being made larger`
            : `claim ${name} cannot be made larger`,
        evidence: oneLine(
          refused === undefined
            ? `${resizing.type}: ${resizing.message ?? ""}`
            : `${refused.reason ?? ""}: ${refused.message ?? ""}`,
        ),
        todo:
          resizing.type === "FileSystemResizePending"
            ? "its file system grows when a pod mounts it: restart the pod if it does not by itself"
            : "wait for the driver; a volume of EBS may be changed once in six hours",
      },
    ];
  });
}

const KEYS: Readonly<Record<string, string>> = {
  "lstm-pfd-postgresql": "databaseSizeGi",
  "lstm-pfd-checkpoints": "checkpointsSizeGi",
};

const ROOMY_BYTES = 50 * 1024 ** 3;

/** Volumes that are nearly full. */
export function judgeVolumes(volumes: readonly VolumeUse[], context: Context): Finding[] {
  return volumes.flatMap(({ namespace, claim, usedBytes, capacityBytes, freeInodes, inodes }): Finding[] => {
    const part = capacityBytes === 0 ? 0 : usedBytes / capacityBytes;
    const ofInodes =
      inodes === undefined || freeInodes === undefined || inodes === 0 ? 0 : 1 - freeInodes / inodes;
    const fullest = Math.max(part, ofInodes);
    // A tenth of a large volume is plenty.
    const roomy = fullest < 0.97 && ofInodes < 0.85 && capacityBytes - usedBytes > ROOMY_BYTES;
    if (fullest < 0.85 || roomy) return [];
    const full = fullest >= 0.97;
    return [
      {
        severity: full ? "down" : "at risk",
        what: `the volume of claim ${claim} is ${full ? "full" : "nearly full"}${ofInodes > part ? ": of files" : ""}`,
        evidence:
          ofInodes > part
            ? `${Math.round(ofInodes * 100)} % of ${inodes ?? 0} inodes are taken`
            : `${(usedBytes / 1024 ** 3).toFixed(1)} of ${(capacityBytes / 1024 ** 3).toFixed(1)} GiB are taken (${Math.round(part * 100)} %)`,
        todo: `raise ${KEYS[claim] ?? "the size of the claim"} in the configuration, and run up; see what fills it`,
        command: npmRun(context, "up", KEYS[claim] === undefined ? "" : `--config ${KEYS[claim]}=SIZE`),
        about: [
          "volumes",
          `volume/${namespace}/${claim}`,
          ...(claim === "lstm-pfd-postgresql" ? ["volume/database"] : []),
        ],
        becauseOf: claim === "lstm-pfd-postgresql" ? ["pg_wal", "archiver", "disk"] : ["disk"],
      },
    ];
  });
}
