import { accessKeyNames, repositoryRoles } from "../../plan/names";
import type { Texts } from "../texts";

/** Keys of the three roles at an object store that is not AWS'. */
export const accessKeys = repositoryRoles.flatMap((role) => Object.values(accessKeyNames(role)));

/** What is missing of the key that creates evidence, where there is one: a platform goes without. */
export function evidenceKeyProblems(texts: Texts): string[] {
  const { id, secret } = accessKeyNames("evidence");
  return texts.isEmpty(id) === texts.isEmpty(secret)
    ? []
    : [
        `${texts.missing(texts.isEmpty(id) ? id : secret)}: the other half of the key is; give both, or neither`,
      ];
}

/** What is missing for a vault at an object store that is there. */
export function storeVaultProblems(texts: Texts): string[] {
  return accessKeys
    .filter((key) => texts.isEmpty(key))
    .map(
      (key) =>
        `${texts.missing(key)}: only an embedded object store takes keys that are drawn here; give the role a key at the store, then set it with "pulumi config set --secret"`,
    );
}
