import assert from "node:assert/strict";
import { ReplyParser, encodeCommand } from "../../../../images/application/src/redisProtocol";

describe("Redis' protocol", () => {
  it("counts bytes, not letters, in a command", () => {
    assert.equal(encodeCommand(["LPUSH", "é"]), "*2\r\n$5\r\nLPUSH\r\n$2\r\né\r\n");
  });

  const replies = [
    { name: "text", bytes: "+PONG\r\n", reply: "PONG" },
    { name: "a number", bytes: ":42\r\n", reply: 42 },
    { name: "an error", bytes: "-NOAUTH log in\r\n", reply: new Error("NOAUTH log in") },
    { name: "bytes with a line end in them", bytes: "$4\r\na\r\nb\r\n", reply: "a\r\nb" },
    { name: "nothing", bytes: "$-1\r\n", reply: null },
    { name: "no list", bytes: "*-1\r\n", reply: null },
    { name: "a list of text and a list", bytes: "*2\r\n$1\r\nx\r\n*1\r\n:1\r\n", reply: ["x", [1]] },
  ];
  for (const { name, bytes, reply } of replies) {
    it(`reads ${name}, whole and byte by byte`, () => {
      assert.deepEqual(new ReplyParser().push(Buffer.from(bytes)), [reply]);
      const parser = new ReplyParser();
      const pieces = Array.from(Buffer.from(bytes), (byte) => parser.push(Uint8Array.of(byte)));
      assert.deepEqual(pieces.flat(), [reply]);
    });
  }

  it("reads two replies that arrive together", () => {
    assert.deepEqual(new ReplyParser().push(Buffer.from("+a\r\n+b\r\n")), ["a", "b"]);
  });

  it("refuses another protocol", () => {
    assert.throws(() => new ReplyParser().push(Buffer.from("HTTP/1.1 400\r\n")), /not in Redis' protocol/);
  });
});
