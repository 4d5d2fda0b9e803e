import { type Asked, known } from "./asked";
import type { Facts, LastLines } from "./facts";
import type { Context, Finding } from "./finding";
import { judgeApplication } from "./judgeApplication";
import { judgeApi, judgeNodes } from "./judgeCluster";
import { judgeDatabase, judgeFence } from "./judgeDatabase";
import { judgeDisks, judgeLocks, judgeNames, judgeNodeVersion } from "./judgeHost";
import { judgeFit, judgeKit, judgeState } from "./judgeKit";
import { judgePods } from "./judgePods";
import {
  judgeCertificates,
  judgeExtensions,
  judgeIngress,
  judgeReleases,
  judgeWebhooks,
} from "./judgeRelease";
import { judgeCronJobs, judgeHeld, judgeJobs } from "./judgeRuns";
import { judgeKeys, judgeStore } from "./judgeStore";
import { judgeClaims, judgeVolumes } from "./judgeVolumes";
import { judgeRefused, judgeWorkloads } from "./judgeWorkloads";

/** What is wrong, by all that is known. What is not known says nothing here. */
export function judge(facts: Facts, context: Context): Finding[] {
  const of = <T>(asked: Asked<T>, judged: (value: T) => Finding[]): Finding[] => {
    const value = known(asked);
    return value === undefined ? [] : judged(value);
  };
  const [pods, events, logs] = [known(facts.pods) ?? [], known(facts.events) ?? [], known(facts.logs) ?? []];
  const volumes = known(facts.volumes) ?? [];
  const databaseVolume = volumes.find(
    ({ claim, namespace }) => claim === "lstm-pfd-postgresql" && namespace === context.namespace,
  );
  const database = of(facts.database, (answer) => judgeDatabase(answer, databaseVolume, context));
  // What the server has said of it before is of no interest where it archives.
  const archives = known(facts.database) !== undefined && database.length === 0;
  return [
    ...judgeNodeVersion(facts.nodeVersion, context.now),
    ...of(facts.disks, judgeDisks),
    ...of(facts.names, judgeNames),
    ...of(facts.store, (answer) => judgeStore(answer, context)),
    ...of(facts.keys, (answer) => judgeKeys(answer, context)),
    ...of(facts.locks, (answer) => judgeLocks(answer, context)),
    ...of(facts.state, (answer) => judgeState(answer, context)),
    ...of(facts.kit, (answer) => judgeKit(answer, context)),
    ...of(facts.fit, judgeFit),
    ...of(facts.api, (answer) => judgeApi(answer, context)),
    ...of(facts.held, (answer) => judgeHeld(answer, context)),
    ...of(facts.nodes, judgeNodes),
    ...judgeRefused(events, pods, context),
    ...of(facts.claims, (answer) => judgeClaims(answer, events)),
    ...(archives ? [] : judgeFence(textOf(logs, "postgresql"), context)),
    ...database,
    ...judgeVolumes(volumes, context),
    ...judgePods(pods, { events, logs }, context),
    ...of(facts.workloads, (answer) =>
      judgeWorkloads(
        answer,
        { autoscalers: known(facts.autoscalers) ?? [], wantedPods: known(facts.wantedPods) ?? {} },
        context,
      ),
    ),
    ...of(facts.webhooks, judgeWebhooks),
    ...of(facts.extensions, judgeExtensions),
    ...of(facts.releases, (answer) => judgeReleases(answer, context)),
    ...of(facts.ingresses, (answer) => {
      const services = known(facts.ingressServices);
      return services === undefined ? [] : judgeIngress(answer, services, context);
    }),
    ...of(facts.certificates, (answer) => judgeCertificates(answer, context)),
    ...of(facts.application, (answer) => judgeApplication(answer, textOf(logs, "dashboard"), context)),
    ...of(facts.cronJobs, (answer) => judgeCronJobs(answer, context)),
    ...of(facts.jobs, (answer) => judgeJobs(answer, pods, context)),
  ];
}

function textOf(logs: readonly LastLines[], container: string): string {
  return logs
    .filter((each) => each.container === container)
    .map(({ text }) => text)
    .join("\n");
}
