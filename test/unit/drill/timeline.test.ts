import assert from "node:assert/strict";
import { dependenciesOf } from "../../../drill/criticalPath";
import { recordEvents, timelineOf } from "../../../drill/timeline";
import type { Timeline } from "../../../drill/timelineRows";
import { after, engineEvents, recorded, siteB, type SampleStep, UP, urn } from "./sample";

const type = "t:m:R";
const step = (name: string, from: number, to?: number, more: Partial<SampleStep> = {}): SampleStep => ({
  type,
  name,
  from,
  ...(to === undefined ? {} : { to }),
  ...more,
});
const critical = ({ rows }: Timeline): string[] => rows.filter((row) => row.critical).map(({ name }) => name);

describe("timeline", () => {
  it("turns a start and an end into a row", () => {
    const { rows } = timelineOf(engineEvents([step("one", 1500, 4000)]));
    assert.deepEqual(rows, [
      {
        urn: urn(type, "one"),
        type,
        name: "one",
        op: "create",
        startedAt: after(1500),
        endedAt: after(4000),
        seconds: 2.5,
        parent: undefined,
        component: false,
        failed: false,
        critical: true,
      },
    ]);
  });

  it("is empty without events", () => {
    assert.deepEqual(timelineOf([]), { rows: [], unchanged: 0 });
  });

  it("measures the whole update", () => {
    const { startedAt, endedAt, seconds } = timelineOf(engineEvents(siteB));
    assert.deepEqual([startedAt, endedAt, seconds], [after(900), after(161_000), 160.1]);
  });

  it("sorts by start, whatever the order of the events", () => {
    const events = engineEvents([step("late", 2000, 3000), step("early", 1000, 5000)]);
    const names = timelineOf(events.reverse()).rows.map(({ name }) => name);
    assert.deepEqual(names, ["early", "late"]);
  });

  it("counts what did not change and leaves it out", () => {
    const timeline = timelineOf(
      engineEvents([
        step("kept", 0, 10, { op: "same" }),
        step("looked-at", 0, 10, { op: "refresh" }),
        step("new", 20, 30),
      ]),
    );
    assert.deepEqual([timeline.unchanged, timeline.rows.map(({ name }) => name)], [2, ["new"]]);
  });

  it("shows a replacement as its create and its delete", () => {
    const { rows } = timelineOf(
      engineEvents([
        step("r", 0, 1000, { op: "create-replacement" }),
        step("r", 1000, 1001, { op: "replace" }),
        step("r", 1100, 2000, { op: "delete-replaced" }),
      ]),
    );
    assert.deepEqual(
      rows.map(({ op, seconds }) => [op, seconds]),
      [
        ["create-replacement", 1],
        ["delete-replaced", 0.9],
      ],
    );
  });

  it("marks what failed, and leaves open what did not end", () => {
    const { rows } = timelineOf(engineEvents([step("bad", 0, 500, { failed: true }), step("open", 100)]));
    assert.deepEqual(
      rows.map(({ name, failed, seconds }) => [name, failed, seconds]),
      [
        ["bad", true, 0.5],
        ["open", false, undefined],
      ],
    );
  });

  it("lets a component last as long as its children and theirs", () => {
    const { rows } = timelineOf(
      engineEvents([
        step("outer", 0, 50, { component: true }),
        step("inner", 10, undefined, { component: true, parent: urn(type, "outer") }),
        step("leaf", 20, 9000, { parent: urn(type, "inner") }),
      ]),
    );
    assert.deepEqual(
      rows.map(({ name, seconds, component }) => [name, seconds, component]),
      [
        ["outer", 9, true],
        ["inner", 8.99, true],
        ["leaf", 8.98, false],
      ],
    );
  });

  it("does not count what a preview plans", () => {
    const planned = engineEvents([step("one", 0, 10)]).map(({ event }) => {
      const { resourcePreEvent, resOutputsEvent } = event;
      return recorded(
        {
          ...event,
          ...(resourcePreEvent ? { resourcePreEvent: { ...resourcePreEvent, planning: true } } : {}),
          ...(resOutputsEvent ? { resOutputsEvent: { ...resOutputsEvent, planning: true } } : {}),
        },
        UP,
      );
    });
    assert.deepEqual(timelineOf(planned).rows, []);
  });

  it("trusts the second that the engine stamped more than a late arrival", () => {
    const [start, end] = engineEvents([step("one", 0, 1200)]);
    assert.ok(start && end);
    const late = timelineOf([start, { event: end.event, receivedAt: UP + 7000 }]);
    const unknown = timelineOf([{ event: start.event }, { event: end.event }]);
    assert.deepEqual([late.rows[0]?.seconds, unknown.rows[0]?.seconds], [1.999, 1]);
  });

  it("collects events with their time of arrival", () => {
    const recording = recordEvents(() => 42);
    const event = { sequence: 0, timestamp: 0 };
    recording.onEvent(event);
    assert.deepEqual(recording.events, [{ event, receivedAt: 42 }]);
  });
});

describe("critical path", () => {
  it("goes back from the end by time, where no dependencies are known", () => {
    assert.deepEqual(
      critical(
        timelineOf(
          engineEvents([
            step("first", 0, 1000),
            step("beside", 0, 400),
            step("second", 1000, 3000),
            step("overlaps", 2000, 2500),
            step("last", 3000, 4000),
          ]),
        ),
      ),
      ["first", "second", "last"],
    );
  });

  it("follows dependencies, providers and parents where they are known", () => {
    const dependencies = dependenciesOf({
      resources: [
        { urn: urn(type, "site") },
        { urn: urn(type, "provider"), propertyDependencies: { kubeconfig: [urn(type, "site")] } },
        { urn: urn(type, "job"), provider: `${urn(type, "provider")}::an-id`, dependencies: null },
        { urn: urn(type, "unrelated") },
      ],
    });
    const events = engineEvents([
      step("site", 0, 1000),
      step("provider", 1000, 1001),
      step("unrelated", 0, 1900),
      step("job", 2000, 4000),
    ]);
    assert.deepEqual(critical(timelineOf(events)), ["unrelated", "job"]);
    assert.deepEqual(critical(timelineOf(events, dependencies)), ["site", "provider", "job"]);
  });

  it("looks through components and through what did not change", () => {
    const dependencies = dependenciesOf({
      resources: [
        { urn: urn(type, "a") },
        { urn: urn(type, "kept"), dependencies: [urn(type, "a")] },
        { urn: urn(type, "group"), dependencies: [urn(type, "kept")] },
        { urn: urn(type, "b"), parent: urn(type, "group") },
      ],
    });
    const events = engineEvents([
      step("a", 0, 1000),
      step("kept", 1000, 1001, { op: "same" }),
      step("group", 1001, 1002, { component: true }),
      step("other", 0, 1900),
      step("b", 2000, 3000),
    ]);
    assert.deepEqual(critical(timelineOf(events, dependencies)), ["a", "b"]);
  });

  it("ends where dependencies form a circle", () => {
    const dependencies = dependenciesOf({
      resources: [
        { urn: urn(type, "a"), dependencies: [urn(type, "b")] },
        { urn: urn(type, "b"), dependencies: [urn(type, "a")] },
      ],
    });
    const events = engineEvents([step("a", 0, 0), step("b", 0, 0)]);
    assert.equal(critical(timelineOf(events, dependencies)).length, 2);
  });

  it("knows no dependencies without a state", () => {
    assert.equal(dependenciesOf(undefined).size, 0);
  });
});
