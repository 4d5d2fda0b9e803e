import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteCopied } from "../../../automation/ownSettings";
import { settingsDirectory } from "../../../automation/stack";
import { rememberedText } from "../../../cli/rememberedText";
import { fileConfig, fileConfigWithStandIns, stackPlan } from "../../../cli/stackPlan";
import { withVariable } from "../../support/variable";

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

  it("passes on keys of other namespaces", () => {
    withFile(`${file}  aws:region: eu-west-1\n`, (directory) => {
      assert.equal(fileConfig("mine", "refused", directory)["aws:region"], "eu-west-1");
    });
  });

  it("is refused where a value is a list or a map", () => {
    withFile(`${file}  lstm-pfd:zones: [a, b]\n  pulumi:tags: { a: b }\n`, (directory) => {
      assert.throws(
        () => fileConfig("mine", "refused", directory),
        /lstm-pfd:zones in Pulumi\.mine\.yaml is a list or a map: each key .*\n.*pulumi:tags in .* is a list or a map, which/,
      );
    });
  });

  it("is refused where YAML changes a value, before anything else", () => {
    withFile("config:\n  lstm-pfd:awsAccount: 012345678901\n", (directory) => {
      assert.throws(
        () => fileConfig("mine", "refused", directory),
        /awsAccount in .* is 012345678901 without quotes/,
      );
    });
  });

  it("gives a preview stand-ins for encrypted values, which keep the rules", () => {
    const more =
      "  lstm-pfd:savedSecrets:\n    secure: v1:BBBB\n  lstm-pfd:awsAccount:\n    secure: v1:CCCC\n";
    withFile(encrypted + more, (directory) => {
      const { values, standIns } = fileConfigWithStandIns("mine", directory);
      assert.deepEqual(standIns, ["dbPassword", "savedSecrets", "awsAccount"]);
      assert.deepEqual(values, {
        ...plain,
        dbPassword: "opened-by-the-stack-alone",
        savedSecrets: "[]",
        awsAccount: "123456789012",
      });
    });
  });

  it("is refused when only the engine can open it, or gives the others where no program is run", () => {
    withFile(encrypted, (directory) => {
      assert.throws(
        () => fileConfig("mine", "refused", directory),
        /lstm-pfd:dbPassword in Pulumi\.mine\.yaml is encrypted, and only the stack/,
      );
      assert.deepEqual(fileConfig("mine", "left out", directory), plain);
    });
  });
});

describe("what a stack was given by earlier commands", () => {
  let state = "";
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "own-settings-"));
  });
  afterEach(() => {
    rmSync(state, { recursive: true });
  });
  withVariable("LSTM_PFD_STATE", () => state);
  /** The settings as the engine has written them, and what was copied into them. */
  const settings = (stack: string, lines: string[], copied?: Record<string, string>): void => {
    const directory = settingsDirectory(stack);
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, `Pulumi.${stack}.yaml`),
      `encryptionsalt: v1:AA\nconfig:\n${lines.map((line) => `  lstm-pfd:${line}\n`).join("")}`,
    );
    if (copied !== undefined) noteCopied(directory, copied);
  };
  const plan = (config: Record<string, string> = {}, forget: string[] = []) =>
    stackPlan({ stack: "mine", config, initialise: false, forget });
  const atStore = ["layer: platform", "cluster: kubeconfig", "objectStore: s3", 'initialise: "true"'];

  it("counts for the next one: no vault is planned, no kit is made", () => {
    settings("mine", atStore, { layer: "platform", initialise: "true" });
    const { vault, platform, embedded, remembered } = plan();
    assert.equal(vault, undefined);
    assert.equal(embedded, false);
    assert.equal(platform.config["recoveryKit"], undefined);
    assert.equal(platform.config["initialise"], "false");
    assert.deepEqual(remembered, { cluster: "kubeconfig", objectStore: "s3" });
    assert.deepEqual(platform.copied, { initialise: "false" });
  });

  it("is shown, and of a secret only that it is there", () => {
    settings("mine", [...atStore, "dbPassword: word"], {});
    assert.equal(
      rememberedText(plan()),
      "stack mine: in force from earlier commands, and dropped by --forget KEY:\n" +
        "  cluster = kubeconfig\n  objectStore = s3\n  dbPassword = a secret\n",
    );
  });

  it("loses to the command line, and is dropped on demand", () => {
    settings("mine", atStore, { layer: "platform", initialise: "true" });
    assert.deepEqual(plan({ objectStore: "embedded" }).remembered, { cluster: "kubeconfig" });
    const { platform, remembered } = plan({}, ["objectStore"]);
    assert.deepEqual(remembered, { cluster: "kubeconfig" });
    assert.equal(platform.config["objectStore"], undefined);
    assert.deepEqual(platform.forget, ["objectStore"]);
  });

  it("is not what was copied from the checkout, whose file counts as it is now", () => {
    settings("mine", ["databaseSizeGi: 5", "bucket: mine"], { databaseSizeGi: "5", bucket: "before" });
    const { platform, remembered } = plan();
    assert.equal(platform.config["databaseSizeGi"], undefined);
    assert.deepEqual(remembered, { bucket: "mine" });
  });

  it("counts for the vault as well, whichever of the two has it", () => {
    settings("mine-vault", ["objectStorePort: 18400"], {});
    assert.equal(plan().vault?.config["objectStorePort"], "18400");
    assert.equal(plan().platform.config["objectStorePort"], "18400");
  });

  it("has stand-ins for the checks where only the engine can open it", () => {
    settings("mine", ["dbPassword:\n    secure: v1:AAAA"], {});
    assert.deepEqual(plan().standIns, { dbPassword: "opened-by-the-stack-alone" });
    assert.deepEqual(plan({ dbPassword: "word" }).standIns, {});
    assert.equal(plan().platform.config["dbPassword"], undefined);
  });

  it("is recognised without a note, after an earlier version, by the file and the path of the kit", () => {
    const kit = join(state, "kits", "mine.kit");
    settings("mine", [...atStore, `recoveryKit: ${kit}`]);
    assert.deepEqual(plan().remembered, { cluster: "kubeconfig", objectStore: "s3" });
  });
});
