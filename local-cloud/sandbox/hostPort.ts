import { createServer } from "node:net";
import type { Service } from "./service";

/** Both ends are in one mount namespace, whose /run is its own; sockets with a path reach across networks. */
const SOCKET = "/run/host-port.sock";

/** More connections at once than the default of 5: one that has to wait does so for a second. */
const MANY = "backlog=128";

/**
 * Services that lead a port on the host's 127.0.0.1 to a port inside a sandbox. Nothing of the host's network is
 * changed, and the port is free again as soon as the sandbox has ended.
 * @param port on the host
 * @param target address and port inside
 */
export function hostPortServices(
  port: number,
  target: { host: string; port: number },
): Readonly<Record<"host-port-outside" | "host-port-inside", Service>> {
  return {
    "host-port-outside": {
      command: "socat",
      args: [`TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork,${MANY}`, `UNIX-CONNECT:${SOCKET}`],
      hostNetwork: true,
    },
    "host-port-inside": {
      command: "socat",
      args: [
        `UNIX-LISTEN:${SOCKET},mode=600,unlink-early,fork,${MANY}`,
        `TCP:${target.host}:${target.port},nodelay`,
      ],
    },
  };
}

/**
 * Touches nothing.
 * @param wanted what the port is for, as in "the object store vault"
 * @throws Error with one sentence when a port on the host's 127.0.0.1 cannot be obtained
 */
export async function checkHostPort(port: number, wanted: string): Promise<void> {
  const server = createServer();
  const code = await new Promise<string | undefined>((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
  if (code === undefined) return;
  const reason = code === "EADDRINUSE" ? "in use by another program" : `not available (${code})`;
  throw new Error(
    `port ${port} on 127.0.0.1 is ${reason}, so ${wanted} cannot have it: choose another port, or end what holds it ("ss -ltnp sport = :${port}" names it)`,
  );
}
