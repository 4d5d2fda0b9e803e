import assert from "node:assert/strict";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  DiffRequest,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
  ProviderHandshakeRequest,
  type ProviderHandshakeResponse,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type {
  Properties,
  ProviderDefinition,
  ResourceHandler,
} from "../../../../../local-cloud/providers/framework/provider";
import { PartialFailure, UNKNOWN } from "../../../../../local-cloud/providers/framework/provider";
import { providerService } from "../../../../../local-cloud/providers/framework/service";
import {
  fromStruct,
  toStruct,
  type WireProperties,
} from "../../../../../local-cloud/providers/framework/wire";
import { secret } from "./wireSamples";

const URN = "urn:pulumi:stack::project::my:index/parent:Parent$sample:index/thing:Thing::name";

/** A resource that does what its inputs say. */
const thing: ResourceHandler = {
  secretOutputs: ["key"],
  replaceOnChanges: ["place"],
  check: (inputs) => ({
    inputs: { size: 1, ...inputs },
    failures: inputs["size"] === 0 ? [{ property: "size", reason: "0 is too small" }] : [],
  }),
  async create(inputs, context) {
    if (inputs["fail"] === true) throw new Error(`no luck with ${JSON.stringify(inputs["password"])}`);
    if (inputs["half"] === true)
      throw new PartialFailure({ id: "half", outputs: { ...inputs } }, "half done");
    if (inputs["wait"] === true)
      await new Promise((_resolve, reject) => {
        context.signal.addEventListener("abort", () => {
          reject(new DOMException("This operation was aborted", "AbortError"));
        });
      });
    context.log("status", `making ${JSON.stringify(inputs["password"])}`);
    return { id: context.preview ? "" : "1", outputs: { ...inputs, key: context.preview ? UNKNOWN : "k" } };
  },
  read: (known) =>
    Promise.resolve(known.id === "gone" ? undefined : { ...known, inputs: { ...known.inputs, size: 5 } }),
  update: (_known, inputs) => Promise.resolve({ ...inputs, key: "k" }),
  delete: () => Promise.resolve(),
};

describe("the provider's service", () => {
  const lines: string[] = [];
  let stop: AbortController;
  let calls: Set<Promise<void>>;
  let configuration: Properties = {};
  const definition: ProviderDefinition<Properties> = {
    name: "sample",
    version: "1.2.3",
    checkConfiguration: (inputs) =>
      inputs["region"] === "" ? [{ property: "region", reason: "it is empty" }] : [],
    configure: (inputs) => (configuration = inputs),
    handler: (type) => (type === "sample:index/thing:Thing" ? thing : undefined),
  };
  let server: Server;
  let client: ResourceProviderClient;

  beforeEach(async () => {
    lines.length = 0;
    stop = new AbortController();
    calls = new Set();
    const log = {
      write: (_urn: string, severity: string, message: string) => lines.push(`${severity}: ${message}`),
      flush: () => Promise.resolve(),
      close: () => undefined,
    };
    server = new Server();
    server.addService(ResourceProviderService, providerService(definition, { log, stop, calls }));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    await configure({ region: "here" });
  });
  afterEach(() => {
    client.close();
    server.forceShutdown();
  });

  function ask<Request, Response>(
    method: (request: Request, callback: (error: ServiceError | null, response: Response) => void) => unknown,
    request: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      method.call(client, request, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }

  function configure(args: WireProperties): Promise<unknown> {
    const request = new ConfigureRequest();
    request.setArgs(toStruct(args));
    return ask(
      (r: ConfigureRequest, done: (e: ServiceError | null, a: unknown) => void) => client.configure(r, done),
      request,
    );
  }

  function check(news: WireProperties, urn = URN): ReturnType<typeof sendCheck> {
    const request = new CheckRequest();
    request.setUrn(urn);
    request.setNews(toStruct(news));
    return sendCheck(request);
  }
  async function sendCheck(request: CheckRequest): Promise<{ inputs: WireProperties; failures: string[] }> {
    const response = await ask<CheckRequest, CheckResponse>((r, done) => client.check(r, done), request);
    return {
      inputs: fromStruct(response.getInputs()),
      failures: response
        .getFailuresList()
        .map((failure) => `${failure.getProperty()}: ${failure.getReason()}`),
    };
  }

  async function create(
    properties: WireProperties,
    options: { preview?: boolean; timeout?: number } = {},
  ): Promise<{ id: string; outputs: WireProperties }> {
    const request = new CreateRequest();
    request.setUrn(URN);
    request.setProperties(toStruct(properties));
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    const response = await ask<CreateRequest, CreateResponse>((r, done) => client.create(r, done), request);
    return { id: response.getId(), outputs: fromStruct(response.getProperties()) };
  }

  async function diff(
    old: WireProperties,
    news: WireProperties,
    ignored: string[] = [],
  ): Promise<DiffResponse> {
    const request = new DiffRequest();
    request.setId("1");
    request.setUrn(URN);
    request.setOldInputs(toStruct(old));
    request.setOlds(toStruct(old));
    request.setNews(toStruct(news));
    request.setIgnorechangesList(ignored);
    return ask<DiffRequest, DiffResponse>((r, done) => client.diff(r, done), request);
  }

  it("takes secrets, references and outputs, and says its version", async () => {
    const shaken = await ask<ProviderHandshakeRequest, ProviderHandshakeResponse>(
      (r, done) => client.handshake(r, done),
      new ProviderHandshakeRequest(),
    );
    assert.deepEqual(
      [shaken.getAcceptSecrets(), shaken.getAcceptResources(), shaken.getAcceptOutputs()],
      [true, true, true],
    );
    const info = await ask<Empty, PluginInfo>((r, done) => client.getPluginInfo(r, done), new Empty());
    assert.equal(info.getVersion(), "1.2.3");
  });

  it("is configured with values, not with their JSON texts", async () => {
    await configure({
      version: "1.2.3",
      __internal: {},
      on: "true",
      code: "0012",
      list: '["a"]',
      key: secret('{"a":1}'),
    });
    assert.deepEqual(configuration, { on: true, code: "0012", list: ["a"], key: { a: 1 } });
  });

  it("checks inputs, fills in defaults and keeps secrets marked", async () => {
    assert.deepEqual(await check({ password: secret("p") }), {
      inputs: { size: 1, password: secret("p") },
      failures: [],
    });
    assert.deepEqual((await check({ size: 0 })).failures, ["size: 0 is too small"]);
  });

  it("refuses a type that it does not know by name, already in the check", async () => {
    const { failures } = await check({}, "urn:pulumi:stack::project::sample:index/other:Other::name");
    assert.match(
      failures[0] ?? "",
      /sample:index\/other:Other is not a type that the embedded provider sample knows/,
    );
  });

  it("tells differences in detail, with what replaces", async () => {
    const response = await diff({ place: "a", size: 1 }, { place: "b", size: 2, extra: 1 });
    assert.equal(response.getChanges(), DiffResponse.DiffChanges.DIFF_SOME);
    assert.deepEqual(response.getReplacesList(), ["place"]);
    assert.deepEqual(response.getDiffsList().sort(), ["extra", "place", "size"]);
    assert.equal(response.getDetaileddiffMap().get("place")?.getKind(), PropertyDiff.Kind.UPDATE_REPLACE);
    assert.equal(response.getDetaileddiffMap().get("extra")?.getKind(), PropertyDiff.Kind.ADD);
  });

  it("leaves ignored changes out of a diff", async () => {
    const response = await diff({ place: "a" }, { place: "b" }, ["place"]);
    assert.equal(response.getChanges(), DiffResponse.DiffChanges.DIFF_NONE);
    assert.deepEqual(response.getReplacesList(), []);
  });

  it("creates, with outputs that are secret by input or by name", async () => {
    assert.deepEqual(await create({ password: secret("hunter2hunter2"), size: 2 }), {
      id: "1",
      outputs: { password: secret("hunter2hunter2"), size: 2, key: secret("k") },
    });
    assert.deepEqual(lines, ['status: making "[secret]"']);
  });

  it("previews with what is not known yet", async () => {
    const { id, outputs } = await create({ size: "3eeb2bf0-c639-47a8-9e75-3b44932eb421" }, { preview: true });
    assert.equal(id, "");
    assert.equal(outputs["size"], "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
  });

  it("fails without showing a secret", async () => {
    await assert.rejects(
      create({ fail: true, password: secret("hunter2hunter2") }),
      (error: ServiceError) => {
        assert.equal(error.details, 'no luck with "[secret]"');
        return true;
      },
    );
  });

  it("hands over what it made before it failed", async () => {
    await assert.rejects(create({ half: true, password: secret("p") }), (error: ServiceError) => {
      const [packed] = error.metadata.get("grpc-status-details-bin");
      assert.ok(Buffer.isBuffer(packed));
      const detail = Status.deserializeBinary(packed).getDetailsList()[0];
      const failed = detail?.unpack(
        (bytes) => ErrorResourceInitFailed.deserializeBinary(bytes),
        "pulumirpc.ErrorResourceInitFailed",
      );
      assert.ok(failed);
      assert.equal(failed.getId(), "half");
      assert.deepEqual(failed.getReasonsList(), ["half done"]);
      assert.deepEqual(fromStruct(failed.getProperties()), { half: true, password: secret("p") });
      return true;
    });
  });

  it("stops an operation at its own time limit", async () => {
    await assert.rejects(
      create({ wait: true }, { timeout: 0.05 }),
      /not done within the 0.05 s of its customTimeouts/,
    );
  });

  it("stops every operation when it is cancelled", async () => {
    const waiting = create({ wait: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The process ends as soon as it owes no answer.
    assert.equal(calls.size, 1);
    await ask<Empty, Empty>((r, done) => client.cancel(r, done), new Empty());
    await assert.rejects(waiting, /cancelled before it was done/);
    await Promise.all(calls);
    assert.equal(calls.size, 0);
  });

  it("reads what is there, and says what is gone", async () => {
    const request = new ReadRequest();
    request.setUrn(URN);
    request.setId("1");
    request.setInputs(toStruct({ password: secret("p") }));
    request.setProperties(toStruct({ password: secret("p"), key: secret("k") }));
    const read = (sent: ReadRequest): Promise<ReadResponse> =>
      ask((r: ReadRequest, done) => client.read(r, done), sent);
    const found = await read(request);
    assert.deepEqual(fromStruct(found.getInputs()), { password: secret("p"), size: 5 });
    assert.deepEqual(fromStruct(found.getProperties()), { password: secret("p"), key: secret("k") });
    request.setId("gone");
    assert.equal((await read(request)).getId(), "");
  });

  it("updates", async () => {
    const request = new UpdateRequest();
    request.setUrn(URN);
    request.setId("1");
    request.setNews(toStruct({ password: secret("q") }));
    const response = await ask<UpdateRequest, UpdateResponse>((r, done) => client.update(r, done), request);
    assert.deepEqual(fromStruct(response.getProperties()), { password: secret("q"), key: secret("k") });
  });
});
