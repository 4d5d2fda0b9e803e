import { status, type handleUnaryCall, type ServerUnaryCall } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  ConfigureResponse,
  CreateResponse,
  GetSchemaResponse,
  InvokeResponse,
  ProviderHandshakeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Message } from "google-protobuf";
import { providerInputs } from "./configuration";
import { changesOf, differencesOf } from "./differences";
import type { EngineLog } from "./engineLog";
import { markOutputs, messageOf, runOperation, type Operation } from "./operation";
import { operationError } from "./operationError";
import type { CallContext, KnownState, ProviderDefinition, ResourceHandler } from "./provider";
import { checkResponse, diffResponse, replacingAll } from "./responses";
import { decode, encode, fromStruct, toStruct, type WireProperties } from "./wire";

/** What a service needs of the process around it. */
export interface Surroundings {
  log: EngineLog;
  /** Aborts every operation, running and to come. */
  stop: AbortController;
  /** Calls that are not answered yet. */
  calls: Set<Promise<void>>;
}

/** What every request about a resource tells. */
interface ResourceRequest {
  getUrn(): string;
  getType(): string;
}

/** The `ResourceProvider` service of one provider. */
export function providerService<Configuration>(
  definition: ProviderDefinition<Configuration>,
  surroundings: Surroundings,
): IResourceProviderServer {
  let configured: { configuration: Configuration } | undefined;

  function configuration(): Configuration {
    if (!configured) throw new Error(`the provider ${definition.name} was used before it was configured`);
    return configured.configuration;
  }

  function handlerOf(request: ResourceRequest): ResourceHandler {
    const type = typeOf(request);
    const handler = definition.handler(type, configuration());
    if (!handler) throw operationError(refusal(definition.name, type));
    return handler;
  }

  /** Runs a handler's part of a call. */
  function operate<Request extends ResourceRequest, Result>(
    call: ServerUnaryCall<Request, Message>,
    handler: ResourceHandler,
    details: Omit<Operation, "urn" | "abandoned">,
    work: (context: CallContext) => Promise<Result> | Result,
  ): Promise<Result> {
    const operation = { urn: call.request.getUrn(), abandoned: abandonmentOf(call), ...details };
    return runOperation(
      operation,
      handler,
      { log: surroundings.log, stopping: surroundings.stop.signal },
      work,
    );
  }

  function unary<Request, Response>(
    work: (call: ServerUnaryCall<Request, Response>) => Promise<Response> | Response,
  ): handleUnaryCall<Request, Response> {
    return (call, respond) => {
      const answered = Promise.resolve(call)
        .then(work)
        .then(
          (response) => {
            respond(null, response);
          },
          (error: unknown) => {
            respond(isErrorResponse(error) ? error : operationError(messageOf(error)));
          },
        )
        .finally(() => surroundings.calls.delete(answered));
      surroundings.calls.add(answered);
    };
  }

  return {
    handshake: unary(() => {
      const response = new ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(true);
      return response;
    }),
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => {
      const response = new PluginInfo();
      response.setVersion(definition.version);
      return response;
    }),
    getSchema: unary(() => {
      const response = new GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: definition.name, version: definition.version }));
      return response;
    }),

    checkConfig: unary(({ request }) => {
      const inputs = providerInputs(fromStruct(request.getNews()));
      return checkResponse(fromStruct(request.getNews()), definition.checkConfiguration?.(inputs) ?? []);
    }),
    diffConfig: unary(({ request }) => {
      const old = providerInputs(fromStruct(request.getOldInputs()));
      const now = providerInputs(fromStruct(request.getNews()));
      return diffResponse({ changes: changesOf(differencesOf(old, now)) }, request.getIgnorechangesList());
    }),
    configure: unary(({ request }) => {
      configured = { configuration: definition.configure(providerInputs(fromStruct(request.getArgs()))) };
      const response = new ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setAcceptoutputs(true);
      response.setSupportspreview(true);
      return response;
    }),

    check: unary(({ request }) => {
      const news = fromStruct(request.getNews());
      const handler = definition.handler(typeOf(request), configuration());
      if (!handler)
        return checkResponse(news, [{ property: "", reason: refusal(definition.name, typeOf(request)) }]);
      if (!handler.check) return checkResponse(news, []);
      const { inputs, failures } = handler.check(decode(news));
      return checkResponse(markOutputs(encode(inputs), {}, [news]), failures);
    }),
    diff: unary(async (call) => {
      const { request } = call;
      const handler = handlerOf(request);
      const news = fromStruct(request.getNews());
      const [oldInputs, olds] = [fromStruct(request.getOldInputs()), fromStruct(request.getOlds())];
      const difference = await operate(
        call,
        handler,
        { preview: true, sent: [olds, oldInputs, news] },
        (context) =>
          handler.diff
            ? handler.diff(knownState(request.getId(), oldInputs, olds), decode(news), context)
            : {
                changes: changesOf(differencesOf(decode(oldInputs), decode(news)), handler.replaceOnChanges),
              },
      );
      return diffResponse(
        handler.update ? difference : replacingAll(difference),
        request.getIgnorechangesList(),
      );
    }),
    create: unary(async (call) => {
      const { request } = call;
      const handler = handlerOf(request);
      const sent = fromStruct(request.getProperties());
      const details = { preview: request.getPreview(), timeoutSeconds: request.getTimeout(), sent: [sent] };
      const state = await operate(call, handler, details, (context) => handler.create(decode(sent), context));
      const response = new CreateResponse();
      response.setId(state.id);
      response.setProperties(toStruct(markOutputs(encode(state.outputs), handler, [sent])));
      return response;
    }),
    read: unary(async (call) => {
      const { request } = call;
      const handler = handlerOf(request);
      const [inputs, olds] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
      const details = { preview: false, timeoutSeconds: request.getTimeout(), sent: [inputs, olds] };
      const state = await operate(call, handler, details, (context) =>
        handler.read(knownState(request.getId(), inputs, olds), context),
      );
      const response = new ReadResponse();
      if (!state) return response;
      response.setId(state.id);
      response.setProperties(toStruct(markOutputs(encode(state.outputs), handler, [inputs, olds])));
      response.setInputs(toStruct(markOutputs(encode(state.inputs), handler, [inputs, olds])));
      return response;
    }),
    update: unary(async (call) => {
      const { request } = call;
      const handler = handlerOf(request);
      const news = fromStruct(request.getNews());
      const [oldInputs, olds] = [fromStruct(request.getOldInputs()), fromStruct(request.getOlds())];
      const details = {
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
        sent: [news, oldInputs, olds],
      };
      const outputs = await operate(call, handler, details, (context) => {
        if (!handler.update) throw new Error(`${typeOf(request)} cannot be changed in place`);
        return handler.update(knownState(request.getId(), oldInputs, olds), decode(news), context);
      });
      const response = new UpdateResponse();
      response.setProperties(toStruct(markOutputs(encode(outputs), handler, [news])));
      return response;
    }),
    delete: unary(async (call) => {
      const { request } = call;
      const handler = handlerOf(request);
      const [inputs, olds] = [fromStruct(request.getOldInputs()), fromStruct(request.getProperties())];
      const details = { preview: false, timeoutSeconds: request.getTimeout(), sent: [inputs, olds] };
      await operate(call, handler, details, (context) =>
        handler.delete(knownState(request.getId(), inputs, olds), context),
      );
      return new Empty();
    }),

    invoke: unary(async ({ request }) => {
      const token = request.getTok();
      if (!definition.invoke)
        throw operationError(
          `the function ${token} is not one that the embedded provider ${definition.name} has`,
        );
      const result = await definition.invoke(token, decode(fromStruct(request.getArgs())), configuration());
      const response = new InvokeResponse();
      response.setReturn(toStruct(encode(result)));
      return response;
    }),
    cancel: unary(() => {
      surroundings.stop.abort(new Error("cancelled before it was done"));
      return new Empty();
    }),

    parameterize: unimplemented("parameters"),
    call: unimplemented("methods of components"),
    construct: unimplemented("components"),
    getMapping: unimplemented("mappings"),
    getMappings: unimplemented("mappings"),
    list: (call) => {
      call.emit("error", { code: status.UNIMPLEMENTED, details: `${definition.name} lists no resources` });
    },
  };

  function unimplemented<Request, Response>(what: string): handleUnaryCall<Request, Response> {
    return (_call, respond) => {
      respond({
        code: status.UNIMPLEMENTED,
        details: `the embedded provider ${definition.name} has no ${what}`,
      });
    };
  }
}

function isErrorResponse(error: unknown): error is ReturnType<typeof operationError> {
  return typeof error === "object" && error !== null && "code" in error && "details" in error;
}

function abandonmentOf(call: { on(event: "cancelled", listener: () => void): unknown }): AbortSignal {
  const abandoned = new AbortController();
  call.on("cancelled", () => {
    abandoned.abort(new Error("given up, because the engine no longer waits for it"));
  });
  return abandoned.signal;
}

function typeOf(request: ResourceRequest): string {
  // The type of a child begins with those of its parents.
  return request.getType() || (request.getUrn().split("::")[2] ?? "").split("$").at(-1) || "";
}

function refusal(provider: string, type: string): string {
  return (
    `${type} is not a type that the embedded provider ${provider} knows: ` +
    `install the upstream plugin, or declare the resource another way`
  );
}

function knownState(id: string, inputs: WireProperties, outputs: WireProperties): KnownState {
  return { id, inputs: decode(inputs), outputs: decode(outputs) };
}
