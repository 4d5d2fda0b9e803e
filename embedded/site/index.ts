export { ensureSite, type SiteContext } from "./ensure";
export { readSite, type SiteState } from "./read";
export { deleteSite, killSite, siteProcesses } from "./remove";
export type { SiteSpec } from "./spec";
