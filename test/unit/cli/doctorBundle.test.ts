import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import {
  refuseExisting,
  refuseSecrets,
  secretsOf,
  shownSettings,
  writeBundle,
} from "../../../cli/doctorBundle";
import { doctorReport } from "../../../plan/doctor/report";
import { context, factsWith } from "../plan/doctor/samples";

describe("a bundle for whoever helps", () => {
  let directory = "";
  let file = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "bundle-"));
    file = join(directory, "help.tar.gz");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const secrets = {
    repositoryCipherPass: "cipher of the repository",
    writerAccessKeyId: "WRITER0KEY",
    writerSecretAccessKey: "sE/cr+et=",
  };
  const said = Object.values(secrets);

  it("has report, settings, versions and what the cluster gave, and no secret in any form", async () => {
    const log = said
      .flatMap((secret) => [
        secret,
        Buffer.from(secret).toString("base64"),
        encodeURIComponent(secret),
        JSON.stringify(secret),
      ])
      .join("\n");
    const config = { host: "app.example.com", dbPassword: "of the database", bucket: "backups" };
    const site = {
      kubeconfig: "users: [{ user: { token: of-the-cluster } }]",
      namespace: "lstm-pfd",
      secrets: ["of the stack"],
      stateIsElsewhere: false,
    };
    const count = await writeBundle({
      file,
      report: doctorReport(factsWith(), context),
      config,
      gathered: {
        "logs/lstm-pfd/p.c.log": `${log}\nof-the-cluster of the stack, of the database\nstays\n`,
      },
      secrets: secretsOf(config, { kit: secrets, site }),
    });
    const found: Record<string, string> = {};
    await list({
      file,
      onReadEntry: (entry) => {
        entry.on(
          "data",
          (piece: Buffer) => (found[entry.path] = (found[entry.path] ?? "") + piece.toString()),
        );
      },
    });
    assert.deepEqual(Object.keys(found).sort(), [
      "logs/lstm-pfd/p.c.log",
      "report.json",
      "report.txt",
      "settings.json",
      "versions/doctor.json",
    ]);
    assert.equal(Object.keys(found).length, count);
    const all = Object.values(found).join("\n");
    for (const secret of [...said, "of-the-cluster", "of the stack", "of the database"]) {
      assert.ok(!all.includes(secret), secret);
      assert.ok(!all.includes(Buffer.from(secret).toString("base64")), secret);
    }
    assert.match(found["logs/lstm-pfd/p.c.log"] ?? "", /\nstays\n$/);
    assert.match(found["report.txt"] ?? "", /^nothing is wrong that doctor can see/);
    assert.match(found["settings.json"] ?? "", /"host": "app.example.com"/);
  });

  it("shows settings, and of secrets that they are set", () => {
    assert.deepEqual(shownSettings({ host: "app.example.com", dbPassword: "hunter22" }), {
      host: "app.example.com",
      dbPassword: "(a secret)",
    });
  });

  it("is not written while a secret is in it: the message names the file, and not the secret", () => {
    for (const content of [
      { "logs/a.log": "x sE/cr+et= y" },
      { "logs/a.log": Buffer.from("sE/cr+et=").toString("base64") },
      { "logs/a.log-WRITER0KEY": "x" },
    ])
      assert.throws(
        () => {
          refuseSecrets({ "report.txt": "well", ...content }, said);
        },
        (error) => {
          assert.match(String(error), /would hold a secret, in its file logs\/a\.log.*was not written/);
          assert.ok(!String(error).includes("sE/cr+et="));
          return true;
        },
      );
    refuseSecrets({ "report.txt": "well" }, said);
  });

  it("is looked through once more before it is written, the names of its files too", async () => {
    const report = doctorReport(factsWith(), context);
    const gathered = { "logs/WRITER0KEY.log": "x" };
    await assert.rejects(
      writeBundle({ file, report, config: {}, gathered, secrets: said }),
      /would hold a secret/,
    );
    assert.equal(existsSync(file), false);
  });

  it("is refused before anything is asked where its file is there", () => {
    refuseExisting(file);
    writeFileSync(file, "mine");
    assert.throws(() => {
      refuseExisting(file);
    }, /is there already, and nothing was written over it: give --bundle another name/);
    assert.ok(existsSync(file));
  });
});
