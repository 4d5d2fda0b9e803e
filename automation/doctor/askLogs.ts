import { reasonOf } from "../../lib/failure";
import type { LastLines } from "../../plan/doctor/facts";
import type { ContainerStatus, Pod } from "../../plan/doctor/kubernetes";
import { names } from "../../plan/names";
import type { Reading } from "./reading";

/** So many containers are asked for their lines, those that ended first. */
const CONTAINERS = 10;
const LINES = 60;

/**
 * The last lines of containers that end again and again, also of the ones before, and of the database and a dashboard.
 * @throws Error when none of them could be had
 */
export async function askLogs(
  kubectl: Reading,
  pods: readonly Pod[],
  namespace: string,
): Promise<LastLines[]> {
  const wanted = [...pods.flatMap(ofCrashing), ...speaking(pods, namespace)].slice(0, CONTAINERS);
  const asked = await Promise.all(
    wanted.map((each) =>
      linesOf(kubectl, each).then(
        (lines) => ({ lines, failed: undefined }),
        // A container that has not run yet has no lines.
        (error: unknown) => ({ lines: undefined, failed: new Error(reasonOf(error)) }),
      ),
    ),
  );
  const told = asked.flatMap(({ lines }) => lines ?? []);
  const failure = asked.find(({ failed }) => failed !== undefined)?.failed;
  if (told.length === 0 && failure !== undefined) throw failure;
  return told;
}

type Wanted = Omit<LastLines, "text">;

async function linesOf(kubectl: Reading, wanted: Wanted): Promise<LastLines> {
  const { namespace, pod, container, previous } = wanted;
  const text = await kubectl.call([
    "logs",
    pod,
    `--container=${container}`,
    `--tail=${LINES}`,
    ...(previous ? ["--previous"] : []),
    `--namespace=${namespace}`,
  ]);
  return { ...wanted, text };
}

function ofCrashing({ metadata: { name, namespace = "" }, status = {} }: Pod): Wanted[] {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return all.filter(isCrashing).flatMap((container) => {
    const base = { namespace, pod: name, container: container.name };
    return [
      { ...base, previous: false },
      ...(container.lastState?.terminated === undefined ? [] : [{ ...base, previous: true }]),
    ];
  });
}

function isCrashing({ state, lastState }: ContainerStatus): boolean {
  const { reason } = state?.waiting ?? {};
  return reason === "CrashLoopBackOff" || ((state?.terminated ?? lastState?.terminated)?.exitCode ?? 0) !== 0;
}

/** What tells of archiving, and of the model. */
function speaking(pods: readonly Pod[], namespace: string): Wanted[] {
  return [names.databaseContainer, "dashboard"].flatMap((container) => {
    const pod = pods.find(
      ({ metadata, status }) =>
        metadata.namespace === namespace &&
        metadata.labels?.["app.kubernetes.io/component"] === container &&
        status?.containerStatuses?.some(
          ({ name, state }) => name === container && state?.running !== undefined,
        ),
    );
    return pod === undefined ? [] : [{ namespace, pod: pod.metadata.name, container, previous: false }];
  });
}
