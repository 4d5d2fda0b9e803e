import assert from "node:assert/strict";
import { Course, courseText, type Weights } from "../../support/course";

const weights: Weights = {
  quick: { seconds: 40, cases: { first: 10, second: 20 } },
  long: { seconds: 160, cases: { only: 150 } },
};

/** A course by a clock that is set by hand, in seconds. */
function courseAt(suites = ["quick", "long"]): { course: Course; clock: { seconds: number } } {
  const clock = { seconds: 1000 };
  return { course: new Course(weights, suites, () => clock.seconds * 1000), clock };
}

describe("course of a run", () => {
  it("grows with the running case, up to its weight", () => {
    const { course, clock } = courseAt();
    course.beginSuite("quick", "first");
    clock.seconds += 5;
    assert.equal(course.share(), 5 / 200);
    clock.seconds += 50;
    assert.equal(course.share(), 10 / 200);
  });

  it("takes a case that has ended, and a suite that has, for their weights", () => {
    const { course, clock } = courseAt();
    course.beginSuite("quick", "first");
    clock.seconds += 1;
    course.endCase("quick", "first");
    assert.equal(course.share(), 10 / 200);
    course.endSuite("quick");
    assert.equal(course.share(), 40 / 200);
    course.beginSuite("long", "only");
    course.beginCase("long", "only");
    clock.seconds += 400;
    course.endCase("long", "only");
    course.endSuite("long");
    assert.equal(course.share(), 1);
    assert.equal(course.secondsLeft(), 0);
  });

  it("tells the time left at the pace of the machine, once there is one", () => {
    const { course, clock } = courseAt(["long", "quick"]);
    course.beginSuite("long", "only");
    assert.equal(course.secondsLeft(), 200);
    clock.seconds += 300;
    course.endCase("long", "only");
    // 150 s of work have taken 300 s, and 50 s of work are left.
    assert.equal(course.secondsLeft(), 100);
  });

  it("measures cases that take a second or more, with what was prepared for them, and whole suites", () => {
    const { course, clock } = courseAt();
    course.beginSuite("quick", "first");
    clock.seconds += 3;
    course.beginCase("quick", "first");
    clock.seconds += 4;
    course.endCase("quick", "first");
    clock.seconds += 0.3;
    course.endCase("quick", "second");
    clock.seconds += 2;
    course.endSuite("quick");
    assert.deepEqual(course.measured(), { quick: { seconds: 9.3, cases: { first: 7 } } });
  });

  it("leaves out suites that were never measured, and says nothing where none was", () => {
    assert.equal(courseText(courseAt(["unknown"]).course), "");
    assert.equal(courseText(courseAt(["unknown", "quick"]).course), "0 % · about a minute left");
    assert.equal(courseText(courseAt().course), "0 % · about 4 min left");
  });
});
