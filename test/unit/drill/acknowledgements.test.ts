import assert from "node:assert/strict";
import { Readable } from "node:stream";
import {
  AcknowledgementLog,
  acknowledgementLine,
  parseAcknowledgement,
} from "../../../drill/acknowledgements";

const row = (sequence: number, tenths: number): { sequence: number; at: string } => ({
  sequence,
  at: new Date(Date.parse("2026-11-24T10:00:00.000Z") + tenths * 100).toISOString(),
});

function logOf(...pieces: string[]): AcknowledgementLog {
  const log = new AcknowledgementLog();
  for (const piece of pieces) log.write(piece);
  return log;
}

describe("acknowledgements of the writer", () => {
  it("reads the line that the writer prints", () => {
    assert.deepEqual(parseAcknowledgement(acknowledgementLine(row(12, 3))), row(12, 3));
  });

  for (const line of [
    "",
    "ACK",
    "ACK 12",
    "ACK 12 2026-11-24T10:00:00Z",
    "drill-writer: 0.1 s: ACK 12 2026-11-24T10:00:00.000Z",
    "ACK -1 2026-11-24T10:00:00.000Z",
    "ACK 12 2026-11-24T10:00:00.000Z and more",
  ])
    it(`takes "${line}" for no acknowledgement`, () => {
      assert.equal(parseAcknowledgement(line), undefined);
    });

  it("knows nothing before the first line", () => {
    assert.deepEqual(logOf().state(), {
      count: 0,
      first: undefined,
      last: undefined,
      largestGapSeconds: undefined,
      skipped: 0,
    });
  });

  it("keeps first, last, count and the largest gap, wherever the text is cut", () => {
    const text = [row(1, 0), row(2, 1), row(3, 18), row(4, 19)].map(acknowledgementLine).join("\n") + "\n";
    for (const size of [1, 7, 1000]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      assert.deepEqual(logOf(...pieces).state(), {
        count: 4,
        first: row(1, 0),
        last: row(4, 19),
        largestGapSeconds: 1.7,
        skipped: 0,
      });
    }
  });

  it("does not count a last line that was cut off", () => {
    const log = logOf(`${acknowledgementLine(row(1, 0))}\n${acknowledgementLine(row(2, 1))}`);
    assert.deepEqual(log.state().last, row(1, 0));
  });

  it("counts nothing twice when the log is followed from its start again", () => {
    const text = `${acknowledgementLine(row(1, 0))}\n${acknowledgementLine(row(2, 1))}\n`;
    assert.equal(logOf(text, text).state().count, 2);
  });

  it("tells of numbers that are missing", () => {
    const log = logOf(`${acknowledgementLine(row(1, 0))}\n${acknowledgementLine(row(5, 1))}\n`);
    assert.equal(log.state().skipped, 3);
  });

  it("follows a stream until it breaks", async () => {
    const stream = Readable.from(
      (function* () {
        yield Buffer.from(`other line\n${acknowledgementLine(row(1, 0))}\n`);
        yield Buffer.from(acknowledgementLine(row(2, 1)).slice(0, 10));
        throw new Error("connection lost");
      })(),
    );
    const log = new AcknowledgementLog();
    await log.follow(stream);
    log.write(`${acknowledgementLine(row(2, 1))}\n`);
    assert.deepEqual([log.state().count, log.state().last], [2, row(2, 1)]);
  });
});
