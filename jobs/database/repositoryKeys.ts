import { repositoryPath } from "../../plan/repository";

/** Key prefix of the repository of a generation. */
export function repositoryPrefix(generation: number): string {
  return `${repositoryPath(generation).slice(1)}/`;
}
