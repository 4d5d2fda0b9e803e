import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChecksumError,
  fetchRelease,
  publishedChecksum,
  reachableOrigins,
} from "../../../../local-cloud/toolchain/official";

const program = "#!/bin/sh\necho tool\n";
const sum = createHash("sha256").update(program).digest("hex");
const signal = new AbortController().signal;

describe("official releases", () => {
  let server: Server;
  let origin: string;
  let directory: string;
  let bin: string;
  let scratch: string;
  let sums: string;

  beforeEach(async () => {
    sums = sum;
    server = createServer((request, response) => {
      const answers: Record<string, string> = { "/v1/tool": program, "/v1/tool.sha256": sums };
      const answer = answers[request.url ?? ""];
      response.writeHead(answer === undefined ? 404 : 200).end(answer);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    directory = mkdtempSync(join(tmpdir(), "official-"));
    bin = join(directory, "bin");
    scratch = join(directory, "scratch");
    mkdirSync(bin);
    mkdirSync(scratch);
  });
  afterEach(async () => {
    rmSync(directory, { recursive: true });
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  function release(path = "/v1/tool") {
    return { url: origin + path, checksumUrl: `${origin}/v1/tool.sha256`, algorithm: "sha256" } as const;
  }

  it("are taken when they have their published checksum", async () => {
    await fetchRelease(release(), bin, scratch, signal);
    assert.equal(readFileSync(join(bin, "tool"), "utf8"), program);
    assert.equal(statSync(join(bin, "tool")).mode & 0o777, 0o755);
  });

  it("are refused with another checksum, and not put into place", async () => {
    sums = "0".repeat(64);
    await assert.rejects(fetchRelease(release(), bin, scratch, signal), (error) => {
      assert.ok(error instanceof ChecksumError);
      assert.match(error.message, new RegExp(`/v1/tool .*${sums}.*${sum}`));
      return true;
    });
    assert.equal(existsSync(join(bin, "tool")), false);
  });

  it("are refused without a checksum of theirs", async () => {
    sums = `${sum}  other-tool\n${sum}  third-tool\n`;
    await assert.rejects(fetchRelease(release(), bin, scratch, signal), /has no checksum for tool/);
  });

  it("are an error where the server does not have them", async () => {
    sums = `${sum}  absent\n`;
    await assert.rejects(
      fetchRelease(release("/v1/absent"), bin, scratch, signal),
      /\/v1\/absent answered 404/,
    );
  });

  it("count as reachable by host, whatever the host answers", async () => {
    const closed = "http://127.0.0.1:1";
    const reachable = await reachableOrigins([`${origin}/a`, `${origin}/b`, `${closed}/c`]);
    assert.deepEqual([...reachable], [origin]);
  });

  const published: [string, string, string | undefined][] = [
    ["the only word", "ABC123\n", "abc123"],
    ["a line with the name", "abc  other.tgz\ndef  tool.tgz\n", "def"],
    ["a line with a path", "def  ./dist/tool.tgz\n", "def"],
    ["a line in binary mode", "def *tool.tgz", "def"],
    ["no line for a name that only ends alike", "def  my-tool.tgz\nabc  x\n", undefined],
    ["nothing in an empty text", "", undefined],
  ];
  for (const [what, text, expected] of published) {
    it(`have as checksum ${what}`, () => {
      assert.equal(publishedChecksum(text, "tool.tgz") || undefined, expected);
    });
  }
});
