import assert from "node:assert/strict";
import { connectivityState, type Client } from "@grpc/grpc-js";
import { runtime } from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { EngineBench, operate } from "./engineBench";
import { leavesNothing } from "./leavesNothing";

leavesNothing("an inline program in the engine", () => {
  it("leaves no connection open once the next one runs, also when it has failed", async () => {
    const bench = await EngineBench.open(["random"]);
    const clients: (Client | undefined)[] = [];
    let length = -1;
    try {
      const stack = await bench.stack("inline", () => {
        clients.push(runtime.getEngine() as Client | undefined);
        new random.RandomPassword("password", { length });
      });
      assert.equal((await operate(stack, "up")).passed, false);
      length = 12;
      const { passed, output } = await operate(stack, "up");
      assert.ok(passed, output);
      const states = clients.map((client) => client?.getChannel().getConnectivityState(false));
      assert.equal(states.length, 2);
      assert.equal(states[0], connectivityState.SHUTDOWN);
      assert.notEqual(states[1], connectivityState.SHUTDOWN);
      assert.ok((await operate(stack, "destroy")).passed);
    } finally {
      bench.close();
    }
  });
});
