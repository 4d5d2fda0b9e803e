import { imageRule } from "../../plan/imageReference";
import { replicasRule } from "../../plan/replicas";
import { range } from "../../plan/rule";
import { integer, text } from "../key";

const sizeRule = range(1, 65536);

/** The application's pods, volumes and images. */
export const applicationKeys = {
  dashboardReplicas: integer({ default: 1, rule: replicasRule, description: "Pods of the dashboard." }),
  workerReplicas: integer({ default: 1, rule: range(0, 50), description: "Pods of the worker." }),
  dashboardMaxReplicas: integer({
    default: 6,
    rule: replicasRule,
    description: "Most pods of the dashboard, where they are scaled by load.",
  }),
  workerMaxReplicas: integer({
    default: 4,
    rule: replicasRule,
    description: "Most pods of the worker, where they are scaled by load.",
  }),
  workerCommand: text({
    description: "Command of the worker, its words separated by spaces; empty for that of the stand-in.",
  }),
  databaseSizeGi: integer({ default: 10, rule: sizeRule, description: "Size of the database volume, GiB." }),
  checkpointsSizeGi: integer({
    default: 5,
    rule: sizeRule,
    description: "Size of the checkpoint volume, GiB.",
  }),
  imageApplication: text({
    rule: imageRule,
    description: "Image of the dashboard and the worker; empty for the stand-in that the toolchain builds.",
  }),
  imageOperations: text({
    rule: imageRule,
    description:
      "Image of the model backups and the verification; empty for the one that the toolchain builds.",
  }),
  imagePostgres: text({
    rule: imageRule,
    description: "Image of PostgreSQL with pgBackRest; empty for the one that the toolchain builds.",
  }),
  imageRedis: text({
    rule: imageRule,
    description: "Image of Redis; empty for the one that the toolchain builds.",
  }),
};
