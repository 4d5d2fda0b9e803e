import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
} from "@aws-sdk/client-s3";
import { killSite } from "@lstm-pfd/local-cloud/site";
import { projectRoot } from "../../../lib/paths";
import { waitFor } from "../../../lib/wait";
import type { StatusReport } from "../../../plan/status/report";
import { adminOf, type DrillVault } from "./drillVault";

const MINUTE = 60_000;

/** What the command has come to. */
interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A site that lives and then dies, as its kit and its bucket alone tell of it. It is dead in the end. */
export function statusCases(vault: DrillVault): void {
  const status = (words: readonly string[], environment: Record<string, string> = {}): Said => {
    const said = spawnSync(
      process.execPath,
      ["--import", "tsx", "cli/main.ts", "status", "--kit", vault.setup.kit, ...words],
      { cwd: projectRoot, encoding: "utf8", env: { ...process.env, ...environment }, timeout: MINUTE },
    );
    return { code: said.status, stdout: said.stdout, stderr: said.stderr };
  };
  const asked = (): StatusReport => {
    const { code, stdout, stderr } = status(["--json"]);
    assert.notEqual(stdout, "", stderr);
    const report = JSON.parse(stdout) as StatusReport;
    assert.equal(code, report.exitCode);
    return report;
  };
  const objects = async (): Promise<string[]> => {
    const admin = await adminOf(vault.setup, vault.kit);
    const found: string[] = [];
    for (
      let at: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> | undefined = {};
      at;
    ) {
      const page: ListObjectVersionsCommandOutput = await admin.send(
        new ListObjectVersionsCommand({ Bucket: vault.setup.bucket, ...at }),
      );
      for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
        found.push(`${Key ?? ""} ${VersionId ?? ""}`);
      at = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    admin.destroy();
    return found.sort();
  };

  it("tells whose the head is, and what would come back, while the site lives", async () => {
    // A backup of a moment ago: a segment must be archived after it.
    const { verdict, findings, facts } = await waitFor(
      "a second of the head that can be gone back to",
      "look at what status says",
      { timeoutMs: 2 * MINUTE, everyMs: 5000 },
      () => {
        const each = asked();
        const { lineage, window } = each.facts.bucket;
        const head = lineage.state === "read" ? lineage.value.head?.generation : undefined;
        const reached =
          window.state === "read" && window.value.spans.some(({ generation }) => generation === head);
        return Promise.resolve(reached ? each : undefined);
      },
    );
    process.stdout.write(`${verdict}: ${JSON.stringify(findings, undefined, 2)}\n`);
    const { lineage, bases, models, archive } = facts.bucket;
    assert.equal(lineage.state, "read");
    assert.match(lineage.value.head?.site.name ?? "", new RegExp(`^${vault.setup.siteB.name}/`));
    assert.equal(bases.state, "read");
    assert.match(bases.value.newest?.label ?? "", /^\d{8}-\d{6}F/);
    assert.equal(models.state, "read");
    assert.match(models.value.newest?.name ?? "", /^models-\d{8}-\d{6}/);
    assert.equal(archive.state, "read");
    assert.equal(
      findings.some(({ what }) => what.startsWith("archiving has stopped")),
      false,
    );
    assert.equal(facts.platform.state, "not asked");
  }).timeout(4 * MINUTE);

  it("says that it is not safe when the site has died, in the first line and by the exit code, and only reads", async () => {
    await killSite(vault.setup.siteB.name);
    const before = await objects();
    await waitFor(
      "the silence of the site to count",
      "look at what status says",
      { timeoutMs: 5 * MINUTE, everyMs: 5000 },
      () => {
        const silent = asked().findings.some(({ what }) => what.startsWith("archiving has stopped"));
        return Promise.resolve(silent ? true : undefined);
      },
    );
    const directory = mkdtempSync(join(tmpdir(), "status-"));
    try {
      const page = join(directory, "status.html");
      const { code, stdout } = status(["--html", page]);
      process.stdout.write(stdout);
      assert.equal(code, 2);
      assert.match(stdout, /^NOT SAFE: /);
      assert.match(stdout.replace(/\s+/g, " "), /archiving has stopped: the newest segment is/);
      assert.deepEqual(
        stdout.split("\n").filter((line) => line.length > 80),
        [],
      );
      const html = readFileSync(page, "utf8");
      assert.match(html, /archiving has stopped/);
      for (const [name, value] of Object.entries(vault.kit))
        if (/secret|pass/i.test(name) && typeof value === "string" && value !== "")
          assert.equal(`${stdout}${html}`.includes(value), false, name);
    } finally {
      rmSync(directory, { recursive: true });
    }
    assert.deepEqual(await objects(), before);
  }).timeout(8 * MINUTE);

  it("is neither green nor a mere warning where the kit cannot be opened", () => {
    const { code, stdout, stderr } = status([], { PULUMI_CONFIG_PASSPHRASE: "of somebody else" });
    process.stdout.write(`${stdout}${stderr}`);
    assert.equal(code, 3);
    assert.doesNotMatch(stdout, /^SAFE/);
  }).timeout(MINUTE);

  it("tells a wrong command line from a verdict", () => {
    const { code, stderr } = status(["--keep"]);
    assert.equal(code, 64);
    assert.match(stderr, /error: --keep is no option of status/);
  }).timeout(MINUTE);
}
