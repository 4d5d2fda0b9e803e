import assert from "node:assert/strict";
import { platformAnswers } from "../../../automation/platformAnswers";
import { read } from "../../../plan/status/facts";
import { tlsSecret } from "../plan/savedSecretSamples";

const { name, namespace, type, data, labels, annotations } = tlsSecret;
const secrets = { items: [{ metadata: { name, namespace, labels, annotations }, type, data }] };

/** A cluster; `silent` names what it does not tell. */
function cluster(silent = ""): Parameters<typeof platformAnswers>[0] {
  const answers: Record<string, unknown> = {
    "--raw=/api": {},
    namespace: { metadata: { uid: "uid-a" } },
    cronjobs: { items: [{ metadata: { name: "dump-database" }, spec: { suspend: true } }] },
    jobs: { items: [] },
    secrets,
  };
  return {
    call: ([, what = ""]) =>
      what === silent
        ? Promise.reject(new Error(`no ${what}`))
        : Promise.resolve(JSON.stringify(answers[what])),
    psql: () =>
      silent === "psql"
        ? Promise.reject(new Error("no server"))
        : Promise.resolve('{"archivedCount" : 1, "failedCount" : 0}'),
  };
}

describe("asking a living platform", () => {
  it("is told what only that knows", async () => {
    assert.deepEqual(await platformAnswers(cluster(), "lstm-pfd", [tlsSecret]), {
      siteId: read("uid-a"),
      cronJobs: read([{ name: "dump-database", suspended: true }]),
      failedJobs: read([]),
      archiver: read({ archivedCount: 1, failedCount: 0 }),
      certificatesNotInKit: read([]),
    });
  });

  it("keeps nothing back of the others where one is not told", async () => {
    const { archiver, cronJobs } = await platformAnswers(cluster("psql"), "lstm-pfd", undefined);
    assert.deepEqual(
      [archiver.state, archiver.state === "unknown" ? archiver.why : "", cronJobs.state],
      ["unknown", "no server", "read"],
    );
    assert.equal((await platformAnswers(cluster("secrets"), "x", [])).certificatesNotInKit.state, "unknown");
  });

  it("fails where nobody answers", async () => {
    await assert.rejects(platformAnswers(cluster("--raw=/api"), "lstm-pfd", undefined), /no --raw=\/api/);
  });
});
