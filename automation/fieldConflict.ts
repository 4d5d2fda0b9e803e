/** Who owns fields of an object beside the stack. */
interface Owner {
  manager: string;
  fields: string[];
}

/**
 * What a conflict of server-side apply means: which fields of the object somebody else has set, who, and what to do. The API server
 * refuses to overwrite what another manager owns.
 * @param message of the Kubernetes provider, with the API server's own words in it
 * @returns undefined where the message is about no conflict
 * @see https://github.com/kubernetes/apimachinery/blob/master/pkg/util/managedfields/internal/conflict.go
 */
export function fieldConflict(message: string): string | undefined {
  const conflict = /Apply failed with \d+ conflicts?: (.*)/s.exec(message)?.[1];
  if (conflict === undefined) return undefined;
  const owners = ownersIn(conflict);
  if (owners.length === 0) return undefined;
  const parts = owners.map(
    ({ manager, fields }) => `${fields.join(", ")} ${fields.length === 1 ? "is" : "are"} set by "${manager}"`,
  );
  return (
    `${parts.join("; ")}, and this stack sets ${owners.flatMap(({ fields }) => fields).length === 1 ? "it" : "them"} too: nothing was changed. ` +
    "Undo what was set there by hand, or stop the program that sets it, then run this again; for the stack to win once and for all, set the environment variable PULUMI_K8S_ENABLE_PATCH_FORCE=true for one run"
  );
}

function ownersIn(conflict: string): Owner[] {
  const heads = /conflicts? with "([^"]+)"[^\n]*?:(?=[\s]*(?:- )?\.)/g;
  const found = [...conflict.matchAll(heads)];
  return found.flatMap((head, index) => {
    const after = conflict.slice(head.index + head[0].length, found[index + 1]?.index);
    const fields = after.split("\n").flatMap((line) => /^\s*(?:- )?(\.\S+)\s*$/.exec(line)?.[1] ?? []);
    return head[1] === undefined || fields.length === 0 ? [] : [{ manager: head[1], fields }];
  });
}
