import type { Layer } from "../automation/layers";
import type { DrillPlace, DrillSite } from "./place";

/** Stack of the vault. */
export function vaultLayer({ objectStore, bucket }: DrillPlace): Layer {
  return { stack: objectStore.name, config: { ...store({ objectStore, bucket }), protectData: "false" } };
}

/** Stack of a site; `more` are further configuration keys. */
export function siteLayer(
  place: DrillPlace,
  { name, apiPort }: DrillSite,
  more: Record<string, string>,
): Layer {
  return {
    stack: name,
    config: {
      ...store(place),
      siteName: name,
      apiPort: String(apiPort),
      namespace: place.namespace,
      recoveryKit: place.kit,
      // The drill removes its volumes with the sites.
      protectData: "false",
      databaseSizeGi: "5",
      checkpointsSizeGi: "2",
      host: place.host,
      // One node.
      ingressReplicas: "1",
      ...more,
    },
  };
}

function store({ objectStore, bucket }: Pick<DrillPlace, "objectStore" | "bucket">): Record<string, string> {
  return { objectStoreName: objectStore.name, objectStorePort: String(objectStore.port), bucket };
}
