export { availableOf, checkFree, ensureSite, type SiteContext } from "./ensure";
export { readSite, recordedSpec, type SiteState } from "./read";
export { deleteSite, killSite, siteProcesses } from "./remove";
export { specProblems, type SiteSpec } from "./spec";
