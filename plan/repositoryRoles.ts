/**
 * Who works on the backup bucket: the writer adds, the janitor expires what is superseded, the reader restores. None of them
 * can delete a version.
 */
export const repositoryRoles = ["writer", "janitor", "reader"] as const;

/** One of {@link repositoryRoles}. */
export type RepositoryRole = (typeof repositoryRoles)[number];
