import { createServer } from "node:net";
import { join } from "node:path";
import { stateDir } from "../lib/paths";

/** Names, ports and directories of a drill. Its own ones: a drill never meets what `npm run up` has made. */
export interface DrillSetup {
  /** Everything that the drill keeps, except the object store and the sites. */
  directory: string;
  /** Its name is also that of the vault's stack. */
  objectStore: { name: string; port: number };
  bucket: string;
  siteA: DrillSite;
  siteB: DrillSite;
  /** Kubernetes namespace of the application, on either site. */
  namespace: string;
  /** Name under which the application is reached, on either site. */
  host: string;
  /** File of the recovery kit. The disaster takes it; site B gets it out of the vault. */
  kit: string;
}

/** One of the two sites. */
export interface DrillSite {
  /** Also the name of its stack. */
  name: string;
  apiPort: number;
  /** State and settings of its stack, and its kubeconfig. */
  directory: string;
  kubeconfig: string;
}

/**
 * @param prefix of all names: drills with different ones do not meet
 * @throws Error when no port is free
 */
export async function drillSetup(
  prefix = "drill",
  directory = join(stateDir(), prefix),
): Promise<DrillSetup> {
  const [storePort = 0, portA = 0, portB = 0] = await freePorts(3);
  const site = (name: string, apiPort: number): DrillSite => {
    const own = join(directory, name);
    return { name, apiPort, directory: own, kubeconfig: join(own, "kubeconfig") };
  };
  return {
    directory,
    objectStore: { name: `${prefix}-vault`, port: storePort },
    bucket: "lstm-pfd-backups",
    siteA: site(`${prefix}-a`, portA),
    siteB: site(`${prefix}-b`, portB),
    namespace: "lstm-pfd",
    host: "lstm-pfd.internal",
    kit: join(directory, "recovery.kit"),
  };
}

/** Ports on 127.0.0.1 that nobody listens on right now, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve(server);
    });
  });
}
