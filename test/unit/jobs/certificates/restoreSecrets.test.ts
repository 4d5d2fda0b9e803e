import assert from "node:assert/strict";
import { rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiServer } from "../../../../jobs/apiServer";
import { readSavedSecrets, restoreSecrets } from "../../../../jobs/certificates/restoreSecrets";
import { type SavedSecret, savedSecretsText } from "../../../../plan/savedSecrets";
import { tlsSecret } from "../../plan/savedSecretSamples";
import { type Answer, type FakeApiServer, startFakeApiServer } from "../fakeApiServer";

describe("restore of saved Secrets", () => {
  let fake: FakeApiServer;
  let lines: string[];
  before(async () => {
    fake = await startFakeApiServer();
  });
  after(() => fake.close());
  beforeEach(() => {
    fake.asked.length = 0;
    lines = [];
  });

  const other: SavedSecret = { ...tlsSecret, name: "other-tls" };
  const restore = (secrets: readonly SavedSecret[]) =>
    restoreSecrets(secrets, apiServer(fake.environment, fake.account), (line) => lines.push(line), 1);
  const created = (body: unknown): Answer => ({ status: 201, body });
  const conflict: Answer = { status: 409, body: { reason: "AlreadyExists" } };

  it("creates each with all that cert-manager looks at, as the pod's service account", async () => {
    fake.answer = ({ body }) => created(body);
    assert.deepEqual(await restore([tlsSecret, other]), {
      restored: ["lstm-pfd-tls", "other-tls"],
      kept: [],
    });
    assert.deepEqual(fake.asked[0], {
      method: "POST",
      path: "/api/v1/namespaces/lstm-pfd/secrets",
      authorization: "Bearer of the pod",
      body: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: "lstm-pfd-tls",
          namespace: "lstm-pfd",
          labels: tlsSecret.labels,
          annotations: tlsSecret.annotations,
        },
        type: "kubernetes.io/tls",
        data: tlsSecret.data,
      },
    });
    assert.equal(fake.asked.length, 2);
  });

  it("leaves what is there as it is, and goes on with the next", async () => {
    fake.answer = ({ body }) => (JSON.stringify(body).includes("other-tls") ? created(body) : conflict);
    assert.deepEqual(await restore([tlsSecret, other]), { restored: ["other-tls"], kept: ["lstm-pfd-tls"] });
    assert.deepEqual(lines, [
      "Secret lstm-pfd-tls: is there already, left as it is",
      "Secret other-tls: restored",
    ]);
    assert.ok(fake.asked.every(({ method }) => method === "POST"));
  });

  it("tries again while the API server cannot answer", async () => {
    const answers = [500, 429];
    fake.answer = ({ body }) => {
      const status = answers.shift();
      return status === undefined ? created(body) : { status, body: {} };
    };
    assert.deepEqual((await restore([tlsSecret])).restored, ["lstm-pfd-tls"]);
    assert.equal(fake.asked.length, 3);
  });

  const failures: [string, Answer | "without the data", RegExp][] = [
    [
      "may not",
      { status: 403, body: { reason: "Forbidden", message: "c2VjcmV0" } },
      /^the API server refuses to create Secret lstm-pfd-tls in namespace lstm-pfd \(403 Forbidden\); bind a role with create of secrets to the service account/,
    ],
    [
      "is no Secret to the API server",
      { status: 422, body: { reason: "Invalid", message: "c2VjcmV0" } },
      /\(422 Invalid\); set lstm-pfd:savedSecrets to "\[\]" and run up again: cert-manager issues the certificate anew$/,
    ],
    [
      "gets no answer",
      { status: 503, body: {} },
      /^Secret lstm-pfd-tls could not be created in namespace lstm-pfd: the API server answered 503; see that/,
    ],
    [
      "finds another content in what it has created",
      "without the data",
      /^Secret lstm-pfd-tls in namespace lstm-pfd is not what was saved/,
    ],
  ];
  for (const [what, answer, message] of failures)
    it(`fails when it ${what}, and shows nothing of the content`, async () => {
      fake.answer = ({ body }) =>
        answer === "without the data" ? created({ ...(body as object), data: {} }) : answer;
      await assert.rejects(restore([tlsSecret]), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(`${error.message} ${lines.join(" ")}`, /c2VjcmV0|of the pod/);
        return true;
      });
    });
});

describe("the saved Secrets of the Job", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "saved-"));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it("are those of the file", () => {
    const path = join(directory, "saved.json");
    writeFileSync(path, savedSecretsText([tlsSecret]));
    assert.deepEqual(readSavedSecrets(path), [tlsSecret]);
  });

  it("are refused where there is no such file, or something else in it", () => {
    assert.throws(
      () => readSavedSecrets(join(directory, "nothing.json")),
      /nothing\.json cannot be read: ENOENT.*; mount the Secret/,
    );
    const path = join(directory, "broken.json");
    writeFileSync(path, "c2VjcmV0");
    assert.throws(() => readSavedSecrets(path), /broken\.json must be a JSON list of Secrets[^0]*; mount/);
  });
});
