import assert from "node:assert/strict";
import { mock } from "node:test";
import { formatElapsed, terminalProgress, type Screen } from "../../../lib/terminalProgress";

class FakeScreen implements Screen {
  text = "";
  columns = 60;
  constructor(readonly isTTY: boolean) {}
  write(text: string): void {
    this.text += text;
  }
}

describe("terminal progress", () => {
  let clock: number;
  const now = (): number => clock;
  beforeEach(() => {
    clock = 0;
    mock.timers.enable({ apis: ["setInterval"] });
  });
  afterEach(() => {
    mock.timers.reset();
  });

  function pass(ms: number): void {
    clock += ms;
    mock.timers.tick(ms);
  }

  describe("without a terminal", () => {
    it("writes a line at the start and at the end of a step", async () => {
      const screen = new FakeScreen(false);
      const result = await terminalProgress(screen, now).step("helm", () => {
        pass(12_000);
        return Promise.resolve("built");
      });
      assert.equal(result, "built");
      assert.equal(screen.text, "start helm\ndone helm (12 s)\n");
    });

    it("says every 30 s that a step still runs, what it does and what is left", async () => {
      const screen = new FakeScreen(false);
      const progress = terminalProgress(screen, now);
      progress.plan(["helm", "pulumi", "Images"]);
      await progress.step("helm", () => Promise.resolve());
      await progress.step("pulumi", (detail) => {
        pass(29_000);
        detail("40 packages compiled");
        pass(1_000);
        pass(30_000);
        return Promise.resolve();
      });
      assert.deepEqual(screen.text.split("\n").slice(2), [
        "start pulumi",
        "still running: pulumi (30 s): 40 packages compiled; 1 of 3 steps, left: Images",
        "still running: pulumi (1 min 00 s): 40 packages compiled; 1 of 3 steps, left: Images",
        "done pulumi (1 min 00 s)",
        "",
      ]);
    });

    it("marks a failed step and passes the failure on", async () => {
      const screen = new FakeScreen(false);
      const failing = terminalProgress(screen, now).step("helm", () => Promise.reject(new Error("no disk")));
      await assert.rejects(failing, /no disk/);
      assert.equal(screen.text, "start helm\nfailed helm (0 s)\n");
    });

    it("shows steps within a step beneath it", async () => {
      const screen = new FakeScreen(false);
      const progress = terminalProgress(screen, now);
      await progress.step("up", () => progress.step("cluster", () => Promise.resolve()));
      assert.equal(screen.text, "start up\n  start cluster\n  done cluster (0 s)\ndone up (0 s)\n");
    });

    it("writes nothing more when all steps have ended", async () => {
      const screen = new FakeScreen(false);
      await terminalProgress(screen, now).step("helm", () => Promise.resolve());
      const before = screen.text;
      pass(120_000);
      assert.equal(screen.text, before);
    });
  });

  describe("on a terminal", () => {
    it("draws one live line for each running step, with what is left, and replaces it", async () => {
      const screen = new FakeScreen(true);
      const progress = terminalProgress(screen, now);
      progress.plan(["helm", "Images"]);
      await progress.step("helm", (detail) => {
        detail("fetching");
        pass(1_000);
        return Promise.resolve();
      });
      assert.match(screen.text, /\S helm 1 s {2}fetching\n0 of 2 steps, left: Images\n/);
      assert.ok(screen.text.endsWith("\x1b[2A\x1b[J✓ helm (1 s)\n"));
    });

    it("never writes a line that would wrap", async () => {
      const screen = new FakeScreen(true);
      await terminalProgress(screen, now).step("helm", (detail) => {
        detail("x".repeat(200));
        pass(100);
        return Promise.resolve();
      });
      assert.ok(screen.text.split("\n").every((line) => line.length < screen.columns));
    });
  });

  const durations: [number, string][] = [
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min 00 s"],
    [185_000, "3 min 05 s"],
  ];
  for (const [ms, expected] of durations) {
    it(`writes ${ms} ms as ${expected}`, () => {
      assert.equal(formatElapsed(ms), expected);
    });
  }
});
