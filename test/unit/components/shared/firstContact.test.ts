import assert from "node:assert/strict";
import { awaitFirstContact, eksContact } from "../../../../components/shared/firstContact";

const token = (): Promise<string> => Promise.resolve("token");
const quick = { timeoutMs: 1_000, everyMs: 1 };

/** An API server that answers these, one after another; the last one for ever. */
function answering(...answers: (number | Error)[]) {
  let asked = 0;
  return () => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? 500;
    asked += 1;
    return typeof answer === "number"
      ? Promise.resolve({ status: answer, body: "" })
      : Promise.reject(answer);
  };
}

describe("the first contact with a new cluster", () => {
  it("waits for its name, its server and the access entry, and says which", async () => {
    const lines: string[] = [];
    const noName = new Error("getaddrinfo ENOTFOUND x.eks.amazonaws.com");
    const ask = answering(noName, noName, new Error("connect ETIMEDOUT"), 503, 401, 401, 200);
    await awaitFirstContact({ token, ask }, (line) => lines.push(line), quick);
    assert.deepEqual(lines, [
      "waiting for the API server: getaddrinfo ENOTFOUND x.eks.amazonaws.com",
      "waiting for the API server: connect ETIMEDOUT",
      "waiting for the API server: it answers 503",
      "waiting for the API server: it answers 401, the access entry is not in force yet",
    ]);
  });

  it("does not wait where there is nothing to wait for", async () => {
    const lines: string[] = [];
    await awaitFirstContact({ token, ask: answering(200) }, (line) => lines.push(line), {
      timeoutMs: 0,
      everyMs: 1,
    });
    assert.deepEqual(lines, []);
  });

  it("ends with the last refusal", async () => {
    await assert.rejects(
      awaitFirstContact({ token, ask: answering(403) }, () => undefined, { timeoutMs: 10, everyMs: 3 }),
      /^Error: the API server does not let in who runs this: it answers 403, the access entry is not in force yet; check /,
    );
  });

  it("ends at once where this machine gives no token", async () => {
    let asked = 0;
    const ask = () => Promise.resolve({ status: (asked += 1), body: "" });
    await assert.rejects(
      awaitFirstContact({ token: () => Promise.reject(new Error("spawn aws ENOENT")), ask }, () => undefined),
      /spawn aws ENOENT/,
    );
    assert.equal(asked, 0);
  });

  it("is asked of the endpoint, and nowhere else", async () => {
    const contact = eksContact({
      name: "c",
      region: "eu-central-1",
      endpoint: "https://127.0.0.1:1",
      certificateAuthority: Buffer.from("no PEM").toString("base64"),
    });
    await assert.rejects(contact.ask("token"));
  });
});
