/** The whole look of the page: light, dark, narrow, printed. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f4f6f8; --card: #ffffff; --ink: #17212c; --muted: #55616f; --line: #dce2e9;
  --ok: #0b6e45; --ok-soft: #e3f4ec; --bad: #b3261e; --bad-soft: #fdeceb;
  --critical: #2460b8; --other: #8ea6c1; --tick: #e6eaef;
}
@media (prefers-color-scheme: dark) { :root {
  --paper: #0e141b; --card: #161e27; --ink: #e7ecf2; --muted: #a0adbb; --line: #2a3643;
  --ok: #55c795; --ok-soft: #12301f; --bad: #ff8f82; --bad-soft: #3a1a18;
  --critical: #6ba6f7; --other: #5b7593; --tick: #232e3a;
} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
section, .verdict, .figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem; }
h1 { font-size: clamp(1.9rem, 5vw, 2.9rem); line-height: 1.1; letter-spacing: -0.02em; margin: 0.4rem 0 0.75rem; }
h2 { font-size: 1.15rem; margin: 0 0 0.5rem; }
p { margin: 0 0 0.5rem; }
code { font-family: ui-monospace, "Liberation Mono", monospace; font-size: 0.92em; }
.verdict { border-top: 6px solid var(--ok); padding-top: 1.5rem; }
.verdict.failed { border-top-color: var(--bad); background: var(--bad-soft); }
.kind { font-weight: 600; margin: 0; }
.lead { font-size: 1.15rem; max-width: 48rem; }
.error { font: 0.9rem/1.5 ui-monospace, "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 1rem; padding: 0.75rem 1rem; border-left: 4px solid var(--bad); background: var(--card); }
.meta, .note, .muted, caption, .legend { color: var(--muted); font-size: 0.9rem; }
.meta, .note { margin: 0.5rem 0 0; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 0.05rem 0.6rem; border-radius: 99px; font-size: 0.85rem; font-weight: 600; white-space: nowrap; }
.badge.ok { background: var(--ok-soft); } .badge.bad { background: var(--bad-soft); }
.verdict.failed .badge.bad { background: var(--bad); color: var(--card); }
.ok { color: var(--ok); } .bad { color: var(--bad); }
.unknown { color: var(--muted); font-style: italic; font-weight: 400; }
.value .unknown { color: var(--bad); font-weight: 700; }
.figures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); padding: 0; border: 0; background: none; }
.figure h2 { margin: 0; }
.figure abbr { color: var(--muted); font-weight: 400; }
.value { font-size: clamp(2.2rem, 6vw, 3.2rem); font-weight: 700; line-height: 1.15; letter-spacing: -0.02em; margin: 0.25rem 0; font-variant-numeric: tabular-nums; }
.value small { font-size: 0.5em; font-weight: 600; letter-spacing: 0; }
.value .unknown { font-size: 0.6em; letter-spacing: 0; }
.against { font-weight: 600; margin: 0.35rem 0 0; }
.meter { display: block; } .meter .room { fill: var(--tick); } .meter .mark { stroke: var(--ink); stroke-width: 2; }
rect.ok { fill: var(--ok); } rect.bad, rect.lost { fill: var(--bad); } rect.safe { fill: var(--ok); }
rect.critical { fill: var(--critical); } rect.other { fill: var(--other); }
line.tick { stroke: var(--tick); } line.verified { stroke: var(--ok); stroke-width: 2; } line.marker { stroke: var(--ink); stroke-width: 3; }
.axis text { fill: var(--muted); font: 12px system-ui, "Liberation Sans", sans-serif; }
table { width: 100%; border-collapse: collapse; font-size: 0.94rem; }
caption { text-align: left; padding-bottom: 0.4rem; }
th, td { text-align: left; padding: 0.3rem 0.75rem 0.3rem 0; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
tbody th { font-weight: 500; }
thead th { color: var(--muted); font-size: 0.85rem; font-weight: 600; vertical-align: bottom; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.drawn { table-layout: fixed; }
.drawn th:first-child { width: 36%; } .drawn .number { width: 8rem; } .drawn td:last-child, .drawn th:last-child { padding-right: 0; }
.drawn tbody td:last-child { padding-bottom: 0; }
.drawn svg { display: block; overflow: visible; }
.plain :is(th, td) { overflow-wrap: break-word; }
.plain tr.fails > * { background: var(--bad-soft); } .plain td:first-child { white-space: nowrap; padding-left: 0.5rem; } .plain thead th:first-child { padding-left: 0.5rem; }
.plain tbody th:first-child { padding-left: 0.5rem; }
.legend .key { display: inline-block; width: 1.4em; height: 0.7em; border-radius: 2px; margin-left: 0.75em; } .legend .key:first-child { margin-left: 0; }
.key.safe { background: var(--ok); } .key.critical { background: var(--critical); } .key.other { background: var(--other); } .key.bad { background: var(--bad); }
.facts { display: grid; gap: 0.75rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(14rem, 100%), 1fr)); margin: 0; }
dt { color: var(--muted); font-size: 0.9rem; } dd { margin: 0; font-size: 1.15rem; font-weight: 600; } dd .muted { font-weight: 400; }
details { margin-top: 0.5rem; } summary { cursor: pointer; color: var(--muted); }
footer { color: var(--muted); font-size: 0.85rem; overflow-wrap: anywhere; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 42rem) {
  section, .verdict, .figure { padding: 1rem; }
  .drawn tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; padding: 0.3rem 0; border-bottom: 1px solid var(--line); }
  .drawn tr > * { border: 0; padding: 0; } .drawn th:first-child, .drawn .number { width: auto; } .drawn tr > :last-child { grid-column: 1 / -1; }
  .drawn, .drawn thead, .drawn tbody, .drawn caption { display: block; }
  .checks thead { display: none; } .checks, .checks tbody { display: block; }
  .checks tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; padding: 0.4rem 0.5rem; border-bottom: 1px solid var(--line); }
  .checks tr > * { border: 0; padding: 0; } .checks td:first-child { order: 1; padding: 0; } .checks tbody th:first-child { padding: 0; }
  .checks .expected, .checks .seen { order: 2; grid-column: 1 / -1; color: var(--muted); }
  .checks .expected::before { content: "expected: "; } .checks .seen::before { content: "seen: "; }
  .checks tr.fails { background: var(--bad-soft); }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --muted: #444; --line: #ccc; --ok: #0b6e45; --ok-soft: #e3f4ec;
    --bad: #b3261e; --bad-soft: #fdeceb; --critical: #2460b8; --other: #8ea6c1; --tick: #e6eaef; }
  body { font-size: 11pt; } main { padding: 0; max-width: none; gap: 0.5rem; } tr, section, .verdict { break-inside: avoid; }
  .figures { grid-template-columns: repeat(3, minmax(0, 1fr)); } h2 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
