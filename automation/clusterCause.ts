import { fieldConflict } from "./fieldConflict";

/**
 * What an error of the Kubernetes provider says about the cause, without its own words around it: the message that a pod ended
 * with stands between the name of the resource, which is said elsewhere, and the fact that its Job has failed. A conflict over
 * fields is said by their names.
 * @param message of the provider, or any other, which comes back as it is
 */
export function clusterCause(message: string): string {
  const conflict = fieldConflict(message);
  if (conflict !== undefined) return conflict;
  const [head = "", ...items] = message.split(/\n\s+\* /).map((item) => item.trim());
  if (!/^\d+ errors? occurred:$/.test(head)) return message;
  const causes = items.map(ofItem);
  const ofPods = causes.filter(({ from }) => from === "pod");
  const told = ofPods.length > 0 ? ofPods : causes.filter(({ from }) => from !== "wrapper");
  return [...new Set((told.length > 0 ? told : causes).map(({ text }) => text))].join("; ");
}

interface Cause {
  from: "pod" | "wrapper" | "other";
  text: string;
}

function ofItem(item: string): Cause {
  const pod = /^\[Pod [^\]]+\]: (?:containers with unready status: \[[^\]]*\])?(?:\[\w+\] )?(.+)$/s.exec(
    item,
  );
  // That a container is not ready is said beside what it ended with.
  if (pod?.[1] !== undefined)
    return {
      from: /^containers with unready status: \[[^\]]*\]$/.test(pod[1]) ? "wrapper" : "pod",
      text: pod[1],
    };
  const live = /failed to fully initialize or become live: (.*)$/s.exec(item)?.[1];
  if (live === undefined) return { from: "other", text: item };
  const says = !/^Resource '[^']*' was created but failed to initialize$/.test(live);
  return { from: says ? "other" : "wrapper", text: live };
}
