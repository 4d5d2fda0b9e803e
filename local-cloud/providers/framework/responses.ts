import {
  CheckFailure as CheckFailureMessage,
  CheckResponse,
  DiffResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { isBeneath, parsePath } from "./differences";
import type { CheckFailure, Difference, PropertyChange } from "./provider";
import { toStruct, type WireProperties } from "./wire";

/** The answer to a check. */
export function checkResponse(inputs: WireProperties, failures: readonly CheckFailure[]): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new CheckFailureMessage();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

/** A difference of which every change replaces the resource. */
export function replacingAll(difference: Difference): Difference {
  const replacing = Object.entries(difference.changes).map(([path, change]): [string, PropertyChange] => [
    path,
    change === "add" || change === "update" || change === "delete" ? `${change}-replace` : change,
  ]);
  return { ...difference, changes: Object.fromEntries(replacing) };
}

const KINDS: Record<PropertyChange, PropertyDiff.Kind> = {
  add: PropertyDiff.Kind.ADD,
  update: PropertyDiff.Kind.UPDATE,
  delete: PropertyDiff.Kind.DELETE,
  "add-replace": PropertyDiff.Kind.ADD_REPLACE,
  "update-replace": PropertyDiff.Kind.UPDATE_REPLACE,
  "delete-replace": PropertyDiff.Kind.DELETE_REPLACE,
};

/**
 * The answer to a diff.
 * @param ignored paths whose changes do not count, from `ignoreChanges`
 */
export function diffResponse(difference: Difference, ignored: readonly string[]): DiffResponse {
  const patterns = ignored.map(parsePath);
  const changes = Object.entries(difference.changes).filter(
    ([path]) => !patterns.some((pattern) => isBeneath(parsePath(path), pattern)),
  );
  const rootOf = ([path]: [string, PropertyChange]): string => String(parsePath(path)[0] ?? path);
  const replacing = changes.filter(([, change]) => change.endsWith("-replace"));
  const response = new DiffResponse();
  response.setChanges(
    changes.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList([...new Set(changes.map(rootOf))]);
  response.setReplacesList([...new Set(replacing.map(rootOf))]);
  response.setDeletebeforereplace(difference.deleteBeforeReplace === true);
  response.setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const detail = new PropertyDiff();
    detail.setKind(KINDS[change]);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}
