import { accessKeyNames, repositoryRoles } from "../../plan/names";
import type { Texts } from "../texts";

/** Keys of the three roles at an object store that is not AWS'. */
export const accessKeys = repositoryRoles.flatMap((role) => Object.values(accessKeyNames(role)));

/** What is missing for a vault at an object store that is there. */
export function storeVaultProblems(texts: Texts): string[] {
  return accessKeys
    .filter((key) => texts.isEmpty(key))
    .map(
      (key) =>
        `${texts.missing(key)}: only an embedded object store takes keys that are drawn here; give the role a key at the store, then set it with "pulumi config set --secret"`,
    );
}
