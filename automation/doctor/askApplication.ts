import { reasonOf } from "../../lib/failure";
import type { ApplicationAnswer } from "../../plan/doctor/facts";
import { conditionOf, type Pod } from "../../plan/doctor/kubernetes";
import { NothingToAsk } from "./ask";
import type { Reading } from "./reading";

const PORT = 8050;
/** The application has answered, and not well; anything else comes from the way to it. */
const answered = /ServiceUnavailable|InternalError|unable to handle the request|status code 5\d\d/;
const unreachable = /error trying to reach service|dial tcp|i\/o timeout|context deadline/;

/**
 * What a dashboard says of itself, through the API server. Where no way leads there, as behind network policies, a pod that is ready
 * counts: its readiness is `/health`.
 * @throws NothingToAsk when no dashboard runs: its pods say why
 */
export async function askApplication(
  kubectl: Reading,
  pods: readonly Pod[],
  namespace: string,
): Promise<ApplicationAnswer> {
  const running = pods.filter(
    ({ metadata, status }) =>
      metadata.namespace === namespace &&
      metadata.labels?.["app.kubernetes.io/component"] === "dashboard" &&
      status?.phase === "Running",
  );
  const isReady = ({ status }: Pod): boolean => conditionOf(status?.conditions, "Ready")?.status === "True";
  const pod = running.find((each) => !isReady(each)) ?? running[0];
  if (pod === undefined) throw new NothingToAsk("no dashboard runs");
  const ask = (path: string): Promise<string> =>
    kubectl.call([
      "get",
      `--raw=/api/v1/namespaces/${namespace}/pods/http:${pod.metadata.name}:${PORT}/proxy/${path}`,
    ]);
  const modelLoaded = await ask("metrics").then(
    (text) => /^lstm_pfd_model_loaded(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1],
    () => undefined,
  );
  const model = modelLoaded === undefined ? {} : { modelLoaded: Number(modelLoaded) === 1 };
  try {
    await ask("health");
    return model;
  } catch (error) {
    const why = reasonOf(error);
    if (answered.test(why) && !unreachable.test(why)) return { ...model, unhealthy: why };
    if (isReady(pod)) return model;
    throw error;
  }
}
