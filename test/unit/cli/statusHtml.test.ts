import assert from "node:assert/strict";
import { statusHtml } from "../../../cli/statusHtml";
import { read, type StatusFacts, unknown } from "../../../plan/status/facts";
import { statusReport } from "../../../plan/status/report";
import { ago, archiveFacts, bucketFacts, day, objectives, statusFacts } from "../plan/status/samples";

function page(changes: Partial<StatusFacts> = {}): string {
  return statusHtml(statusReport(statusFacts(changes), objectives), objectives);
}

describe("the page of a status", () => {
  it("has the verdict on top, then each class", () => {
    const text = page();
    assert.match(text, /<title>SAFE: backups of prod<\/title>/);
    assert.match(text, /<header class="verdict passed">/);
    const titles = [...text.matchAll(/<h2>([^<]+) </g)].map(([, title = ""]) => title.trim());
    assert.deepEqual(titles, [
      "database, continuous (wal/)",
      "models (models/)",
      "database, portable (db/)",
      "recovery kit (config/)",
      "living platform",
      "proofs",
    ]);
    assert.doesNotMatch(text, /undefined|\[object|<script/);
  });

  it("tells the worst first, with what to do", () => {
    const newest = { segment: "0".repeat(24), archivedAt: ago(day) };
    const text = page({
      bucket: bucketFacts({ archive: read(archiveFacts({ newest })), dumps: unknown("denied", "look") }),
    });
    assert.match(text, /<h1>NOT SAFE<\/h1>/);
    assert.ok(text.indexOf("archiving has stopped") < text.indexOf("denied"));
    assert.match(text, /What to do: look/);
  });

  it("shows names as they are", () => {
    assert.match(page({ stack: "<b>" }), /backups of &lt;b&gt;/);
  });

  it("marks nothing as good that nobody was asked for", () => {
    assert.match(page(), /<h2>proofs <\/h2>/);
  });
});
