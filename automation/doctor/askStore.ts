import { request } from "node:https";
import { TLSSocket } from "node:tls";
import { reasonOf } from "../../lib/failure";
import type { StoreAnswer } from "../../plan/doctor/facts";
import { shown } from "./askApi";

/** An object store, for who asks without keys. */
export interface StorePlace {
  /** URL without a path. */
  endpoint: string;
  /** PEM of its private authority; empty for a public one. */
  authority: string;
}

/**
 * What an object store shows to everybody: that it answers, its clock, its certificate and who has issued it. A store that does not
 * answer is an answer too.
 * @param timeoutMs milliseconds for a connection on which nothing moves
 */
export function askStore({ endpoint, authority }: StorePlace, timeoutMs = 10_000): Promise<StoreAnswer> {
  const { host } = new URL(endpoint);
  const begun = Date.now();
  return new Promise((resolve) => {
    // Without keys nothing secret is sent; who has issued its certificate is told apart from whether it answers.
    const asking = request(
      endpoint,
      {
        method: "HEAD",
        timeout: timeoutMs,
        rejectUnauthorized: false,
        agent: false,
        ...(authority === "" ? {} : { ca: authority }),
      },
      (answer) => {
        const { socket } = answer;
        const ofTls = socket instanceof TLSSocket ? trustIn(socket) : {};
        const storeTime = new Date(answer.headers.date ?? "");
        answer.resume();
        resolve({
          at: host,
          askedAt: new Date((begun + Date.now()) / 2),
          ...(Number.isNaN(storeTime.getTime()) ? {} : { storeTime }),
          ...ofTls,
        });
      },
    );
    asking.once("timeout", () => asking.destroy(new Error("no answer in time")));
    asking.once("error", (error: NodeJS.ErrnoException) => {
      const code = error.code === undefined ? "" : `${error.code}: `;
      resolve({ at: host, failed: `${code}${reasonOf(error)}` });
    });
    asking.end();
  });
}

function trustIn(socket: TLSSocket): Pick<StoreAnswer, "certificate" | "untrusted"> {
  const certificate = socket.getPeerX509Certificate();
  return {
    ...(certificate === undefined ? {} : { certificate: shown(certificate) }),
    ...(socket.authorized ? {} : { untrusted: whyNot(socket) }),
  };
}

/** The socket has it as an error or as its code. */
function whyNot({ authorizationError }: TLSSocket): string {
  const error = authorizationError as Error | string | undefined;
  if (typeof error === "string") return error;
  return (error as NodeJS.ErrnoException | undefined)?.code ?? error?.message ?? "not trusted";
}
