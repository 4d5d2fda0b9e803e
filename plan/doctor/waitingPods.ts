import { oneLine } from "./finding";

/** Why an image does not come, and what to do about it. */
export interface PullProblem {
  what: string;
  todo: string;
}

/** Reasons of a container that waits for its image. */
export const pullReasons = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
];

/** Reasons of a container that waits for what it is configured with. */
export const configurationReasons = [
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
];

/** Why an image does not come. @param message of the registry, as the kubelet tells it */
export function pullProblem(reason: string, message: string): PullProblem {
  if (reason === "InvalidImageName")
    return { what: "the image's name is none", todo: "mend the key image… that names it" };
  if (
    /unauthorized|authentication required|no basic auth|\b401\b|\b403\b|access denied|insufficient_scope|forbidden/i.test(
      message,
    ) &&
    !/does not exist/i.test(message)
  )
    return {
      what: "the registry does not let the node pull the image",
      todo: "let imagePullSecret hold credentials that may, or the nodes' role allow it; some registries answer so for an image that is not there",
    };
  if (/not found|manifest unknown|name unknown|does not exist|no such image|404/i.test(message))
    return {
      what: "the registry has no such image",
      todo: "push it (npm run images), or let the key image… name one that is there",
    };
  if (
    /no such host|i\/o timeout|connection refused|deadline exceeded|network is unreachable|EOF/i.test(message)
  )
    return {
      what: "the registry cannot be reached from the node",
      todo: "look at the registry, and at the way from the nodes to it",
    };
  if (/x509|certificate/i.test(message))
    return {
      what: "the node does not trust the registry's certificate",
      todo: "let the nodes trust its authority",
    };
  if (/toomanyrequests|429/i.test(message))
    return {
      what: "the registry refuses: too many pulls",
      todo: "log in to it (imagePullSecret), or take the image from a registry of your own",
    };
  if (/no space left/i.test(message))
    return { what: "the node has no room for the image", todo: "make room on the node" };
  return {
    what: "the image cannot be pulled",
    todo: "look at what the registry said: the keys image… and imagePullSecret",
  };
}

/** Why the scheduler finds no node. */
export interface SchedulingProblem {
  kinds: ("volume" | "resources" | "taints" | "place")[];
  what: string;
  todo: string;
}

const scheduling = {
  volume: {
    pattern:
      /PersistentVolumeClaims?|persistentvolumeclaim|volume node affinity|persistent volumes to bind|volume zone|volume limit|volume count/,
    says: "its volume",
    todo: "look at the claim, its StorageClass and the zone of its volume",
  },
  resources: {
    pattern: /Insufficient [\w./-]+|Too many pods/,
    says: "room",
    todo: "give the cluster another node or a larger one, or the pod less (the keys …Resources)",
  },
  taints: {
    pattern: /taint/,
    says: "taints",
    todo: "see what has tainted the nodes: not ready, cordoned, or meant for others",
  },
  place: {
    pattern: /node affinity|node selector|node\(s\) didn't match|free ports|topology spread/,
    says: "where it may run",
    todo: "see that there is a node with the labels, and in the zone, that the pod wants",
  },
} as const;

/** Why the scheduler finds no node for a pod. @param message of the condition PodScheduled */
export function schedulingProblem(message: string): SchedulingProblem {
  // What preemption would not mend says the same again.
  const said = message.split(/preemption:/)[0] ?? message;
  const found = Object.entries(scheduling).filter(([, { pattern }]) => pattern.test(said));
  return {
    kinds: found.map(([kind]) => kind as keyof typeof scheduling),
    what: `no node takes it${found.length === 0 ? "" : `, for ${found.map(([, { says }]) => says).join(" and ")}`}`,
    todo:
      found.length === 0
        ? `see what the scheduler says: ${oneLine(message, 120)}`
        : found.map(([, { todo }]) => todo).join("; "),
  };
}
