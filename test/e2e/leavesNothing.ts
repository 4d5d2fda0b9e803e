import assert from "node:assert/strict";
import { waitForSuccess } from "../../lib/wait";
import { hostChanges, type HostState, hostState } from "./hostState";

/**
 * A suite that must leave the host as it found it, also when it fails: no process, mount, network, firewall rule or setting.
 * Variables of the environment that its cases set are put back.
 * @param title of the suite
 * @param cases declares hooks and cases, as for `describe`
 */
export function leavesNothing(title: string, cases: () => void): void {
  describe(title, () => {
    let host: HostState = {};
    let environment: NodeJS.ProcessEnv = {};
    before(async () => {
      environment = { ...process.env };
      host = await hostState();
    });
    cases();
    // Hooks run in the order in which they are declared: these after those that remove something.
    after(() => {
      for (const name of Object.keys(process.env))
        if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, environment);
    });
    after(() =>
      // Plugins take a moment to end after their engine.
      waitForSuccess("the host to be as it was", { timeoutMs: 10_000 }, async () => {
        assert.deepEqual(hostChanges(host, await hostState()), []);
      }),
    );
  });
}
