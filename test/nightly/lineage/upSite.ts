import { upPlatform } from "../../../automation/layers";
import { siteLayer } from "../../../drill/drillConfig";
import type { DrillSetup, DrillSite } from "../../../drill/setup";
import { planOf } from "./lives";

/** What this process does: `up` of one site, as the only argument, in JSON. */
export interface SiteRun {
  setup: DrillSetup;
  site: DrillSite;
  config: Record<string, string>;
}

/** Two of them in one process would share what the engine keeps in it. */
async function main({ setup, site, config }: SiteRun): Promise<void> {
  const { engine, signal } = await planOf(setup);
  const detail = (): undefined => undefined;
  await upPlatform({ ...engine, directory: site.directory }, siteLayer(setup, site, config), {
    detail,
    signal,
  });
}

main(JSON.parse(process.argv[2] ?? "") as SiteRun).catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
