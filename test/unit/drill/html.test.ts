import assert from "node:assert/strict";
import { drillHtml } from "../../../drill/html";
import { html, Markup } from "../../../drill/page/markup";
import { type Axis, positionOf, ticks } from "../../../drill/page/axis";
import { drillReport } from "../../../drill/report";
import type { DrillFindings } from "../../../drill/reportSchema";
import { failedFindings, passedFindings } from "./sample";

const page = (change: Partial<DrillFindings> = {}): string =>
  drillHtml(drillReport({ ...passedFindings(), ...change }));

/** Text of the page as a reader sees it, without the drawings. */
function textOf(markup: string): string {
  return markup
    .replace(/<style>[^]*?<\/style>|<title>[^]*?<\/title>|<svg[^]*?<\/svg>|<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

describe("page of the drill", () => {
  it("shows the verdict and the figures", () => {
    const text = textOf(page());
    for (const figure of [
      "✓ passed",
      "All but the last 25.2 s came back.",
      "2 min 41 s",
      "within the objective of 4 min",
      "252",
      "10:19:33.741",
      "10:19:58.941",
      "25.6 MiB/s",
      "4.7 to 1",
      "901,254",
      "4.25.0, upstream, built from its Go module",
      "restore-database",
      "57.1 s",
      "Site A: pulumi up",
    ])
      assert.ok(text.includes(figure), `"${figure}" is not on the page`);
    assert.ok(!text.includes("not measured") && !text.includes("✗"));
  });

  it("is whole by itself: no script, no address, nothing to load", () => {
    for (const markup of [page(), drillHtml(drillReport(failedFindings()))]) {
      assert.ok(!/<script|https?:|<link|<img|url\(|@import|\son\w+=/i.test(markup));
      assert.ok(!/undefined|NaN|\[object/.test(markup));
    }
  });

  it("opens and closes every element", () => {
    for (const markup of [page(), drillHtml(drillReport(failedFindings()))]) {
      const open: string[] = [];
      for (const [, end, name = "", self] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
        if (self === "/" || name === "meta") continue;
        if (end === "/") assert.equal(open.pop(), name);
        else open.push(name);
      }
      assert.deepEqual(open, []);
    }
  });

  it("says of a failed drill why, as loudly as of success", () => {
    const text = textOf(drillHtml(drillReport(failedFindings())));
    for (const part of [
      "✗ failed",
      "This drill has failed.",
      "16423.gz is missing",
      "✗ not finished",
      "not reached",
    ])
      assert.ok(text.includes(part), `"${part}" is not on the page`);
    assert.ok(!text.includes("✓"));
  });

  it("shows what is not known as not measured, never as 0", () => {
    const text = textOf(
      page({
        loss: undefined,
        lossWindow: undefined,
        sizes: {},
        throughput: {},
        timeline: undefined,
        secondUpChanges: undefined,
      }),
    );
    assert.match(text, /Data loss RPO not measured/);
    assert.match(text, /Acknowledged rows lost: not measured/);
    assert.match(text, /Database not measured/);
    assert.match(text, /Newest WAL segment archived not measured/);
    assert.ok(!/\b0 (s|rows|B|files|segments)\b/.test(text));
  });

  it("says so when nothing was lost", () => {
    const { loss } = passedFindings();
    assert.ok(loss);
    const lastRecovered = loss.lastAcknowledged;
    const text = textOf(page({ loss: { ...loss, rowsLost: 0, rpoSeconds: 0, lastRecovered } }));
    assert.match(text, /Everything came back\./);
    assert.match(text, /Acknowledged rows lost: 0/);
  });

  it("puts a lower bound as one", () => {
    const { loss } = passedFindings();
    assert.ok(loss);
    const text = textOf(page({ loss: { ...loss, exact: false, lastRecovered: undefined } }));
    assert.match(text, /✗ failed/);
    assert.match(text, /≥ 25\.2/);
    assert.match(text, /Not one row of the writer came back/);
  });

  it("escapes whatever others have named", () => {
    const evil = `</style><script>alert("1")</script>&'`;
    const { timeline } = passedFindings();
    const row = timeline?.rows[0];
    assert.ok(timeline && row);
    const markup = page({
      drillId: evil,
      nonce: evil,
      error: evil,
      languageHost: evil,
      versions: { [evil]: evil },
      providers: [{ name: evil, version: evil, source: "embedded" }],
      steps: [{ name: evil, outcome: "failed" }],
      checks: [{ name: evil, expected: evil, seen: evil, ok: false }],
      machine: { cores: 1, memoryBytes: 1, system: evil },
      timeline: { ...timeline, rows: [{ ...row, component: false, failed: true, name: evil, type: evil }] },
    });
    assert.ok(!markup.includes("<script") && !markup.includes('alert("1")'));
    assert.equal(markup.split("</style>").length, 2);
  });
});

describe("markup", () => {
  it("escapes text, keeps markup, leaves out undefined, shows control characters", () => {
    const inner = html`<b>${"<&\"'>"}</b>`;
    assert.equal(
      html`<p title="${'a"b'}">${inner}${undefined}${[inner, inner]}${0}</p>`.text.match(/&quot;/g)?.length,
      4,
    );
    assert.equal(inner.text, "<b>&lt;&amp;&quot;&#39;&gt;</b>");
    assert.equal(html`${"a\u0000b"}`.text, "a\ufffdb");
    assert.ok(html`x` instanceof Markup);
  });
});

describe("axis", () => {
  const cases: [string, Axis, number[]][] = [
    ["a moment", { from: 0, to: 0 }, [0]],
    ["half a second", { from: 0, to: 500 }, [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5]],
    ["a minute", { from: 0, to: 60_000 }, [0, 10, 20, 30, 40, 50, 60]],
    ["four minutes", { from: 5_000, to: 245_000 }, [0, 60, 120, 180, 240]],
    ["seconds to a moment", { from: -31_000, to: 2_000, zero: 0 }, [-30, -20, -10, 0]],
  ];
  for (const [name, axis, expected] of cases)
    it(`has few and round ticks for ${name}`, () => {
      assert.deepEqual(
        ticks(axis).map((tick) => tick + 0),
        expected,
      );
    });

  it("places times within its ends", () => {
    const axis = { from: 1000, to: 3000 };
    assert.deepEqual(
      [500, 1000, 2000, 3000, 9000].map((time) => positionOf(axis, time)),
      [0, 0, 50, 100, 100],
    );
  });
});
