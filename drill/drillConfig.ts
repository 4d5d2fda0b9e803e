import type { Layer } from "../automation/layers";
import type { DrillSetup, DrillSite } from "./setup";

/** Stack of the vault. */
export function vaultLayer({ objectStore, bucket }: DrillSetup): Layer {
  return { stack: objectStore.name, config: { ...store({ objectStore, bucket }), protectData: "false" } };
}

/** Of site A, which begins the lineage of a vault that the drill has made; at this moment it looks alive. */
export const generationOfSiteA = "1";

/** Stack of a site; `more` are further configuration keys. */
export function siteLayer(
  setup: DrillSetup,
  { name, apiPort }: DrillSite,
  more: Record<string, string>,
): Layer {
  return {
    stack: name,
    config: {
      ...store(setup),
      siteName: name,
      apiPort: String(apiPort),
      namespace: setup.namespace,
      recoveryKit: setup.kit,
      // The drill removes its volumes with the sites.
      protectData: "false",
      databaseSizeGi: "5",
      checkpointsSizeGi: "2",
      host: setup.host,
      // One node.
      ingressReplicas: "1",
      ...more,
    },
  };
}

/**
 * Stack of a site that knows nothing but what a recovery kit says, and where it is to be itself.
 * @param settings that the kit gives; `more` are further configuration keys
 */
export function recoveredLayer(
  setup: DrillSetup,
  { name, apiPort }: DrillSite,
  settings: Readonly<Record<string, string>>,
  more: Record<string, string>,
): Layer {
  const own = { siteName: name, apiPort: String(apiPort), recoveryKit: setup.kit };
  return { stack: name, config: { ...settings, ...own, ...more } };
}

function store({ objectStore, bucket }: Pick<DrillSetup, "objectStore" | "bucket">): Record<string, string> {
  return { objectStoreName: objectStore.name, objectStorePort: String(objectStore.port), bucket };
}
