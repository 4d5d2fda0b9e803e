import assert from "node:assert/strict";
import { howToReach } from "../../../cli/howToReach";

describe("how to reach a site", () => {
  it("is by its kubeconfig, and by its host with the authority of its certificate", () => {
    const lines = howToReach({ kubeconfig: "/state/kubeconfig", namespace: "lstm-pfd", host: "app.internal" })
      .trim()
      .split("\n");
    assert.equal(lines.length, 4);
    for (const line of lines.slice(0, 3)) assert.match(line, /kubectl --kubeconfig \/state\/kubeconfig/);
    assert.match(lines[1] ?? "", /get secret lstm-pfd-tls -o jsonpath='\{\.data\.ca\\\.crt\}'/);
    assert.match(
      lines[3] ?? "",
      /--connect-to app\.internal:443:127\.0\.0\.1:8443 https:\/\/app\.internal\/health/,
    );
  });
});
