import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteDir } from "../../../../../local-cloud/paths";
import {
  UNKNOWN,
  type CallContext,
  type Properties,
} from "../../../../../local-cloud/providers/framework/provider";
import { embedded } from "../../../../../local-cloud/providers/embedded/definition";
import { site } from "../../../../../local-cloud/providers/embedded/site";
import { MANIFEST_VARIABLE, writeManifest } from "../../../../../local-cloud/toolchain/manifest";
import { imageNames } from "../../../../../images/build/definitions";
import type { Toolchain } from "../../../../../local-cloud/toolchain";

const image = (name: string): string => `docker.io/lstm-pfd/${name}:1`;

const toolchain: Toolchain = {
  binDir: "/nonexistent",
  plugins: { kubernetes: { executable: "/nonexistent/pulumi-resource-kubernetes", origin: "installed" } },
  images: Object.fromEntries(
    imageNames.map((name) => [name, { reference: image(name), archive: "/images.tar" }]),
  ) as Toolchain["images"],
  charts: { certManager: "/charts/cert-manager", traefik: "/charts/traefik" },
  versions: { kubernetes: "1.36.3" },
};

const good: Properties = {
  name: "unit-site",
  apiPort: 26443,
  images: [image("redis")],
  kubernetesVersion: "1.36.3",
};

describe("resource of a site", () => {
  const environment = { ...process.env };
  let directory: string;
  let context: CallContext;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "site-resource-"));
    process.env["LSTM_PFD_CACHE"] = join(directory, "cache");
    process.env["LSTM_PFD_STATE"] = join(directory, "state");
    process.env[MANIFEST_VARIABLE] = await writeManifest(toolchain);
    const signal = new AbortController().signal;
    context = { urn: "urn:site", preview: true, signal, log: () => undefined };
  });
  afterEach(() => {
    process.env = { ...environment };
    rmSync(directory, { recursive: true });
  });

  it("of an earlier version is refused, and so is one that is another's by now", async () => {
    const urn = "urn:pulumi:local::lstm-pfd::embedded:index:Site::cluster";
    const known = { id: "unit-site", inputs: good, outputs: good };
    const diffWithOwner = async (owner: string): Promise<unknown> => {
      mkdirSync(siteDir("unit-site"), { recursive: true });
      writeFileSync(join(siteDir("unit-site"), "site.json"), JSON.stringify({ ...good, owner }));
      return site.diff?.(known, good, { ...context, urn });
    };
    await assert.rejects(
      diffWithOwner(urn.replace("embedded", "lstm-pfd:index:Cluster$embedded")),
      /made by an earlier version .* would replace its volumes: .*npm run backup.*npm run down.*; nothing was touched/,
    );
    await assert.rejects(diffWithOwner("urn:other"), /belongs to urn:other by now/);
  });

  /** A site that another resource has begun with. */
  function othersSite(): void {
    mkdirSync(siteDir("unit-site"), { recursive: true });
    writeFileSync(join(siteDir("unit-site"), "site.json"), JSON.stringify({ ...good, owner: "urn:other" }));
  }

  /** Listens on a port that was free, and tells which. */
  function listen(then: (server: Server) => void): Promise<number> {
    const server = createServer();
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        then(server);
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  it("is known by its token", () => {
    assert.equal(embedded.handler("embedded:index:Site", undefined), site);
    assert.equal(embedded.handler("embedded:index:Unknown", undefined), undefined);
  });

  const checked: [string, Properties, [string, RegExp][]][] = [
    ["all that it needs", good, []],
    ["what is not known yet", { ...good, images: [UNKNOWN], objectStore: UNKNOWN }, []],
    ["an object store", { ...good, objectStore: "vault" }, []],
    ["a missing name", { ...good, name: null }, [["name", /is missing/]]],
    ["an input of another kind", { ...good, region: "x" }, [["region", /is not an input of a site/]]],
    ["a port that is a text", { ...good, apiPort: "26443" }, [["apiPort", /must be a number/]]],
    ["images that are no list", { ...good, images: "redis" }, [["images", /must be a list of texts/]]],
    ["a low port", { ...good, apiPort: 80 }, [["apiPort", /is 80: must be a port/]]],
    ["an image from elsewhere", { ...good, images: ["x"] }, [["images", /the toolchain does not bring/]]],
    [
      "another version",
      { ...good, kubernetesVersion: "1.30.0" },
      [["kubernetesVersion", /the toolchain brings 1\.36\.3/]],
    ],
  ];
  for (const [what, inputs, expected] of checked) {
    it(`${expected.length === 0 ? "takes" : "refuses"} ${what}`, () => {
      const failures = site.check?.(inputs).failures ?? [];
      assert.deepEqual(
        failures.map(({ property }) => property),
        expected.map(([property]) => property),
      );
      for (const [index, [, reason]] of expected.entries())
        assert.match(failures[index]?.reason ?? "", reason);
    });
  }

  it("is previewed without being touched", async () => {
    const apiPort = await listen((server) => server.close());
    const { outputs } = await site.create({ ...good, apiPort }, context);
    assert.deepEqual(outputs, { ...good, apiPort, kubeconfig: UNKNOWN, running: true });
    assert.equal(await site.read({ id: "unit-site", inputs: {}, outputs: {} }, context), undefined);
  });

  it("is refused at preview where its port is taken", async () => {
    let other: Server | undefined;
    const port = await listen((server) => (other = server));
    await assert.rejects(
      async () => site.create({ ...good, apiPort: port }, context),
      new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use by another program`),
    );
    other?.close();
  });

  it("is refused where another stack has one of this name, and not deleted from it", async () => {
    othersSite();
    const refused = /site unit-site is there already and belongs to urn:other: choose another name/;
    await assert.rejects(async () => site.create(good, context), refused);
    await assert.rejects(async () => site.create(good, { ...context, preview: false }), refused);
    const said: string[] = [];
    const log = (_severity: string, message: string): void => void said.push(message);
    await site.delete({ id: "unit-site", inputs: good, outputs: good }, { ...context, preview: false, log });
    assert.match(said.join(), /belongs to urn:other by now, and is left to it/);
  });

  it("is replaced when what cannot change changes, and updated when it does not run", async () => {
    const known = { id: "unit-site", inputs: good, outputs: good };
    const changes = async (inputs: Properties): Promise<unknown> =>
      (await site.diff?.(known, inputs, context))?.changes;
    assert.deepEqual(await changes(good), { running: "update" });
    assert.deepEqual(await changes({ ...good, apiPort: 26444 }), {
      apiPort: "update-replace",
      running: "update",
    });
    assert.deepEqual(await changes({ ...good, objectStore: "vault" }), {
      objectStore: "add-replace",
      running: "update",
    });
  });
});
