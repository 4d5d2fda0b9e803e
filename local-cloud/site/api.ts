import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";

const TIMEOUT_MS = 3000;

/** Asks the API server of a site, from the host. */
export interface SiteApi {
  /**
   * Body of the answer to a GET.
   * @throws Error unless it is answered with 200 within 3 s
   */
  get(path: string, signal?: AbortSignal): Promise<string>;
}

/** The API server of a site, with all rights. */
export function siteApi(pki: string, apiPort: number): SiteApi {
  const [ca, cert, key] = ["ca.crt", "admin.crt", "admin.key"].map((file) => readFileSync(join(pki, file)));
  return {
    get: (path, signal) =>
      new Promise((resolve, reject) => {
        const options = {
          host: "127.0.0.1",
          port: apiPort,
          path,
          ca,
          cert,
          key,
          timeout: TIMEOUT_MS,
          signal,
        };
        const asking = request(options, (response) => {
          let body = "";
          response.setEncoding("utf8").on("data", (text: string) => (body += text));
          response.on("end", () => {
            if (response.statusCode === 200) resolve(body);
            else reject(new Error(`the API server answers ${path} with ${response.statusCode ?? "nothing"}`));
          });
          response.on("error", reject);
        });
        asking.on("timeout", () => asking.destroy(new Error(`the API server does not answer ${path}`)));
        asking.on("error", reject);
        asking.end();
      }),
  };
}
