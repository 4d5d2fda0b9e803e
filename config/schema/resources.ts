import {
  type ComponentName,
  databaseResourcesRule,
  embeddedResources,
  formatResources,
  productionResources,
  resourcesRule,
} from "../../plan/resources";
import { type ConfigKey, list, secretOf, text } from "../key";
import { dockerConfigRule, readDockerConfig } from "../../plan/imagePullSecret";
import { objectNameRule } from "./rules";

function resources(name: ComponentName, ofWhom: string, rule = resourcesRule): ConfigKey<readonly string[]> {
  return list({
    rule,
    description: `Resources of ${ofWhom}; empty for ${formatResources(productionResources[name])}, on an embedded cluster for ${formatResources(embeddedResources[name])}.`,
  });
}

/** What the application's pods may take, and what they are given besides. */
export const resourceKeys = {
  dashboardResources: resources("dashboard", "each pod of the dashboard"),
  workerResources: resources("worker", "each pod of the worker"),
  databaseResources: resources(
    "database",
    "PostgreSQL, whose memory settings derive from limits.memory",
    databaseResourcesRule,
  ),
  redisResources: resources("redis", "Redis, whose maxmemory derives from limits.memory"),
  environmentSecret: text({
    rule: objectNameRule,
    description:
      "Name of a Secret of yours in the application's namespace; its keys are variables of dashboard and worker.",
  }),
  environmentConfigMap: text({
    rule: objectNameRule,
    description:
      "Name of a ConfigMap of yours in the application's namespace; its keys are variables of dashboard and worker.",
  }),
  imagePullSecret: secretOf({
    ...dockerConfigRule,
    read: readDockerConfig,
    description:
      "Credentials of the registry that the images come from, as docker login writes them to config.json; empty where nodes may pull.",
  }),
};
