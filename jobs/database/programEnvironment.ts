const PASSED_ON = /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|PGBACKREST_.*|AWS_CONTAINER_.*|POSTGRES_MAJOR)$/;

/**
 * Environment for pgBackRest and PostgreSQL's programs: nothing that would lead them to another server (PGHOST …), and no
 * secret that is not theirs. By AWS_CONTAINER_* pgBackRest finds the role of the pod.
 */
export function programEnvironment(
  source: NodeJS.ProcessEnv = process.env,
  more: Record<string, string> = {},
): Record<string, string> {
  const kept = Object.entries(source).flatMap(([name, value]) =>
    PASSED_ON.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), ...more };
}
