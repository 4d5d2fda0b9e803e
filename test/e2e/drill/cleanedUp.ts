import { cleanUpAll } from "./drillProcess";
import { hostChanges, type HostState, hostState } from "../hostState";

const MINUTE = 60_000;

/**
 * Removes whatever drills have left, before and after the cases of the suite that calls this.
 * @returns tells what has changed on the host since the first of them, as {@link hostChanges}
 */
export function cleanedUp(): () => Promise<string[]> {
  let host: HostState = {};
  before(async function () {
    this.timeout(2 * MINUTE);
    await cleanUpAll();
    host = await hostState();
  });
  after(async function () {
    this.timeout(2 * MINUTE);
    await cleanUpAll();
  });
  return async () => hostChanges(host, await hostState());
}
