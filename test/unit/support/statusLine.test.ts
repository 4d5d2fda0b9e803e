import assert from "node:assert/strict";
import { StatusLine, type StatusScreen } from "../../support/statusLine";

/** A stream that keeps what was written. */
function screen(isTTY: boolean, texts: string[]): StatusScreen {
  return { isTTY, columns: 20, write: (text: unknown) => texts.push(String(text)) > 0 };
}

describe("status line", () => {
  it("is a line of its own in a log, and other output goes by untouched", () => {
    const texts: string[] = [];
    const [out, error] = [screen(false, texts), screen(false, texts)];
    const status = new StatusLine(out, [error]);
    status.show("one");
    error.write("other\n");
    status.show("two");
    status.close();
    assert.deepEqual(texts, ["one\n", "other\n", "two\n"]);
  });

  it("stays below all other output on a terminal, cut to its width", () => {
    const texts: string[] = [];
    const [out, error] = [screen(true, texts), screen(true, texts)];
    const status = new StatusLine(out, [error]);
    status.show("as long as twenty letters and more");
    error.write("other\n");
    out.write("more\n");
    status.show("two");
    status.close();
    out.write("after\n");
    assert.deepEqual(texts, [
      "\r\x1b[Kas long as twenty l",
      "\r\x1b[K",
      "other\n",
      "more\n",
      "\r\x1b[Ktwo",
      "\r\x1b[K",
      "after\n",
    ]);
  });
});
