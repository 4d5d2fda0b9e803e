import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { serviceScript, type Service } from "../../../../local-cloud/sandbox/service";
import { quoted } from "../../../../lib/shell";

describe("a service's script", () => {
  it("starts the program with its arguments and variables, whatever they hold", () => {
    const service: Service = {
      command: "/bin/sh",
      args: ["-c", 'printf "%s|" "$@" "$GREETING"', "sh", "it's", "two words", "$HOME", ""],
      env: { GREETING: "it's `me`" },
    };
    const { stdout } = spawnSync("sh", { input: serviceScript(service), encoding: "utf8" });
    assert.equal(stdout, "it's|two words|$HOME||it's `me`|");
  });

  it("leaves the host's network to those that want it", () => {
    const service: Service = { command: "/bin/true", args: [] };
    assert.match(serviceScript(service), /^exec 3<&-$/m);
    assert.match(
      serviceScript({ ...service, hostNetwork: true }),
      /^exec nsenter --net=\/proc\/self\/fd\/3 -- '\/bin\/true'$/m,
    );
  });

  it("quotes what a shell would take for more than text", () => {
    assert.equal(quoted("a'b"), `'a'\\''b'`);
  });
});
