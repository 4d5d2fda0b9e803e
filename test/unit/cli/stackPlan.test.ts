import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileConfig, stackPlan } from "../../../cli/stackPlan";

const elsewhere = { cluster: "kubeconfig", objectStore: "s3" };

/** The plan of a stack that the checkout has no file of. */
function planOf(config: Record<string, string>, initialise = false) {
  return stackPlan({ stack: "of-the-test", config, initialise });
}

describe("the plan of a stack", () => {
  it("has a vault of its own where the object store is made here", () => {
    const { vault, platform, embedded } = planOf({});
    assert.equal(vault?.stack, "of-the-test-vault");
    assert.match(platform.config["recoveryKit"] ?? "", /of-the-test\.kit$/);
    assert.equal(embedded, true);
  });

  it("has no vault, and needs nothing embedded, where cluster and object store are another's", () => {
    const { vault, platform, embedded } = planOf(elsewhere);
    assert.equal(vault, undefined);
    assert.equal(embedded, false);
    assert.equal(platform.config["recoveryKit"], undefined);
  });

  it("takes a kit that is there for another's object store", () => {
    const directory = mkdtempSync(join(tmpdir(), "plan-"));
    try {
      const recoveryKit = join(directory, "a.kit");
      writeFileSync(recoveryKit, "");
      assert.equal(planOf({ ...elsewhere, recoveryKit }).platform.config["recoveryKit"], recoveryKit);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  const permits: [string, Record<string, string>, boolean, string][] = [
    ["that is given on the command line", {}, true, "true"],
    ["that is not given, so that the stack forgets an earlier one", {}, false, "false"],
    ["that is configured", { initialise: "true" }, false, "true"],
    ["that is nonsense, for the check to refuse", { initialise: "perhaps" }, false, "perhaps"],
  ];
  for (const [what, config, initialise, permit] of permits)
    it(`says the permit to begin empty ${what}`, () => {
      assert.equal(planOf(config, initialise).platform.config["initialise"], permit);
    });
});

describe("the file of a stack", () => {
  const withFile = (text: string, look: (directory: string) => void): void => {
    const directory = mkdtempSync(join(tmpdir(), "stack-"));
    try {
      writeFileSync(join(directory, "Pulumi.mine.yaml"), text);
      look(directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  };
  const file = "config:\n  lstm-pfd:bucket: mine\n  lstm-pfd:databaseSizeGi: 5\n";
  const encrypted = `${file}  lstm-pfd:dbPassword:\n    secure: v1:AAAA\n`;
  const plain = { bucket: "mine", databaseSizeGi: "5" };

  it("gives its plain values", () => {
    withFile(file, (directory) => {
      assert.deepEqual(fileConfig("mine", "refused", directory), plain);
    });
  });

  it("is refused when only the engine can open it, or gives the others where no program is run", () => {
    withFile(encrypted, (directory) => {
      assert.throws(
        () => fileConfig("mine", "refused", directory),
        /lstm-pfd:dbPassword in Pulumi\.mine\.yaml is encrypted or structured/,
      );
      assert.deepEqual(fileConfig("mine", "left out", directory), plain);
    });
  });
});
