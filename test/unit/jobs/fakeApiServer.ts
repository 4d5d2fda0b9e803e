import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a test has the server answer. */
export interface Answer {
  status: number;
  body: unknown;
}

/** One request, as it came. */
export interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: unknown;
}

/** An API server in this process, over TLS, with the service account of a pod that may speak to it. */
export interface FakeApiServer {
  /** Environment of the pod. */
  environment: NodeJS.ProcessEnv;
  /** Directory of the pod's service account. */
  account: string;
  asked: Asked[];
  /** Answers the next requests. */
  answer: (asked: Asked) => Answer;
  close: () => Promise<void>;
}

export async function startFakeApiServer(): Promise<FakeApiServer> {
  const account = mkdtempSync(join(tmpdir(), "account-"));
  const [key, certificate] = [join(account, "server.key"), join(account, "ca.crt")];
  execFileSync(
    "openssl",
    [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ],
      ...["-subj", "/CN=api", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
  writeFileSync(join(account, "namespace"), "lstm-pfd\n");
  writeFileSync(join(account, "token"), "of the pod\n");
  const asked: Asked[] = [];
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const received: Asked = {
          method,
          path: url,
          authorization: headers.authorization,
          body: body === "" ? undefined : (JSON.parse(body) as unknown),
        };
        asked.push(received);
        const answer = fake.answer(received);
        response.writeHead(answer.status, { "content-type": "application/json" });
        response.end(JSON.stringify(answer.body));
      });
    },
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const fake: FakeApiServer = {
    environment: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(port) },
    account,
    asked,
    answer: () => ({ status: 404, body: { reason: "NotFound" } }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(account, { recursive: true });
    },
  };
  return fake;
}
