import assert from "node:assert/strict";
import { Kubectl } from "../../../automation/kubectl";
import { findMoments } from "../../../automation/moments";
import { parseRoom, rescueTable } from "../../../automation/rescue";
import { readLog } from "../../../automation/runThrowAway";

interface Call {
  args: readonly string[];
  input?: string;
}

/** A platform whose Jobs end well, or as they are told, and what was asked of it. */
class FakePlatform extends Kubectl {
  readonly calls: Call[] = [];

  constructor(
    private readonly log: string,
    private readonly endsWith?: string,
  ) {
    super({ kubeconfig: "", namespace: "lstm-pfd", signal: new AbortController().signal });
  }

  override withSignal(): Kubectl {
    return this;
  }

  override call(args: readonly string[], options: { input?: string } = {}): Promise<string> {
    this.calls.push({ args, ...(options.input === undefined ? {} : { input: options.input }) });
    const [verb, kind, name] = args;
    if (verb === "exec") return Promise.resolve("     Avail\n1234567\n");
    if (verb === "get" && kind === "cronjob")
      return Promise.resolve(
        JSON.stringify({
          spec: {
            jobTemplate: {
              spec: {
                template: {
                  metadata: { labels: { "app.kubernetes.io/name": "lstm-pfd-recovery" } },
                  spec: {
                    serviceAccountName: "lstm-pfd-reader",
                    containers: [
                      {
                        env: [
                          { name: "TIME_LIMIT_SECONDS", value: "1" },
                          { name: "S3_BUCKET", value: "b" },
                        ],
                      },
                    ],
                  },
                },
              },
            },
          },
        }),
      );
    if (verb === "get" && kind === "persistentvolumeclaim")
      return Promise.resolve(JSON.stringify({ spec: { resources: { requests: { storage: "20Gi" } } } }));
    if (verb === "get" && kind === "job") {
      const type = this.endsWith === undefined ? "Complete" : "Failed";
      return Promise.resolve(JSON.stringify({ status: { conditions: [{ type, status: "True" }] } }));
    }
    if (verb === "get" && kind === "pods")
      return Promise.resolve(
        JSON.stringify({
          items: [{ status: { containerStatuses: [{ state: { terminated: { message: this.endsWith } } }] } }],
        }),
      );
    return Promise.resolve(verb === "logs" && name !== "--tail=1" ? this.log : "");
  }

  get job(): {
    metadata: { name: string; namespace?: string };
    spec: {
      ttlSecondsAfterFinished: number;
      template: {
        metadata: object;
        spec: {
          serviceAccountName: string;
          containers: { command: string[]; env: { name: string; value?: string; valueFrom?: object }[] }[];
        };
      };
    };
  } {
    const input = this.calls.find(({ args }) => args[0] === "create")?.input;
    return JSON.parse(input ?? "") as FakePlatform["job"];
  }

  get verbs(): string[] {
    return this.calls.map(({ args }) => args[0] ?? "");
  }
}

const quiet = (): undefined => undefined;

describe("a command on a copy of the database", () => {
  it("finds moments with the reader's rights, and is removed", async () => {
    const platform = new FakePlatform(
      `moments: 1 s: reading\nMOMENT {"at":"a"}\nMOMENT {"at":"b"}\nRESULT {"action":"searched"}\n`,
    );
    const found = await findMoments(platform, { table: "orders", from: "", to: "", rows: "5" }, quiet);
    assert.deepEqual(found, { search: { action: "searched" }, moments: [{ at: "a" }, { at: "b" }] });
    const { metadata, spec } = platform.job;
    assert.match(metadata.name, /^moments-[0-9a-z]+$/);
    assert.equal(spec.template.spec.serviceAccountName, "lstm-pfd-reader");
    assert.equal(spec.ttlSecondsAfterFinished, 3600);
    const [container] = spec.template.spec.containers;
    assert.deepEqual(container?.command, ["tini", "--", "node", "/opt/recovery/moments.js"]);
    assert.deepEqual(
      container.env.map(({ name, value }) => `${name}=${value ?? ""}`),
      ["S3_BUCKET=b", "TIME_LIMIT_SECONDS=42900", "TABLE=orders", "ROWS=5"],
    );
    assert.equal(platform.verbs.at(-1), "delete");
  });

  it("rescues a table with the application's password, and is told of the room", async () => {
    const platform = new FakePlatform(`RESULT {"action":"rescued"}`);
    const result = await rescueTable(platform, { table: "orders", to: "2026-01-31T02:14:59Z" }, quiet);
    assert.deepEqual(result, { action: "rescued" });
    const env = platform.job.spec.template.spec.containers[0]?.env ?? [];
    assert.deepEqual(env.slice(-4), [
      { name: "TABLE", value: "orders" },
      { name: "RESTORE_TO", value: "2026-01-31T02:14:59Z" },
      { name: "ROOM_BYTES", value: "1234567" },
      { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "lstm-pfd-secrets", key: "DB_PASSWORD" } } },
    ]);
  });

  it("is removed also when it fails, which is told in its own words", async () => {
    const platform = new FakePlatform("", "moments: the archive has a hole");
    const request = { table: "", from: "", to: "", rows: "" };
    await assert.rejects(findMoments(platform, request, quiet), /^Error: moments: the archive has a hole$/);
    assert.equal(platform.verbs.at(-1), "delete");
  });

  it("has its result in its log, however long that is", () => {
    const long = JSON.stringify({ text: "x".repeat(100_000) });
    assert.deepEqual(readLog(`a\nRESULT ${long}\n`).result, JSON.parse(long));
    assert.equal(readLog("a\nb\n").result, undefined);
  });

  it("does not take anything for room", () => {
    assert.equal(parseRoom("Avail\n 77\n"), 77);
    for (const answer of ["", "Avail\n", "Avail\n-\n"])
      assert.throws(() => parseRoom(answer), /does not say/);
  });
});
