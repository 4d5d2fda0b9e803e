import { chartValues } from "../../../plan/applicationValues";
import { walPushAllowanceSeconds } from "../../../plan/backupClasses";
import { walArchiveTimeout } from "../../../policies/rules/walArchiveTimeout";
import { kubernetesTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const values = chartValues({
  images: { application: "a:1", postgres: "p:1", redis: "r:1" },
  dashboardReplicas: 1,
  workerReplicas: 1,
  archiveTimeoutSeconds: 60 - walPushAllowanceSeconds,
});
const good = { type: kubernetesTypes.release, name: "app", props: { values } };
const withTimeout = (archiveTimeoutSeconds: unknown) => (): object => ({
  values: { postgresql: { archiveTimeoutSeconds } },
});
const message = (value: string): string =>
  `Release "app": values.postgresql.archiveTimeoutSeconds is ${value}, must be from 1 to 50: the objective is 60 s, and a push may take 10 s`;

describeResourceRule(walArchiveTimeout, good, [
  { title: "refuses a timeout that is too long", change: withTimeout(51), violations: [message("51")] },
  { title: "refuses a timeout of 0, which is none", change: withTimeout(0), violations: [message("0")] },
  { title: "refuses what is no number", change: withTimeout("50s"), violations: [message('"50s"')] },
  {
    title: "takes a longer one where the objective is longer",
    change: withTimeout(290),
    config: { objectiveSeconds: 300 },
  },
  { title: "leaves other releases alone", change: () => ({ values: { replicas: 1 } }) },
  { title: "leaves releases without values alone", change: () => ({}) },
  {
    title: "says that the timeout is unknown",
    change: withTimeout(unknown),
    unknown: "values.postgresql.archiveTimeoutSeconds",
  },
]);
