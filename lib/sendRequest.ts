import { request as plainRequest } from "node:http";
import { type RequestOptions, request as tlsRequest } from "node:https";

/** What a server answered. */
export interface Answer {
  status: number;
  body: string;
}

/**
 * Sends a request, whatever the answer is.
 * @param options as of `node:https`; `timeout` is for a connection on which nothing moves, milliseconds
 * @param body without one nothing is sent beneath the headers
 * @throws Error when there is no answer
 */
export function sendRequest(tls: boolean, options: RequestOptions, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = (tls ? tlsRequest : plainRequest)(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, body: text });
      });
      answer.on("error", reject);
    });
    outgoing.on("timeout", () =>
      outgoing.destroy(new Error(`no answer within ${(options.timeout ?? 0) / 1000} s`)),
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
