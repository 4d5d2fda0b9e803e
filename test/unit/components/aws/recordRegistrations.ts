import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Recorded } from "../recordResources";

/** What the engine is told of a resource beside its inputs. */
export interface Registration {
  type: string;
  name: string;
  /** URN of the parent; it ends in the parent's name. */
  parent: string;
  protect: boolean;
  retainOnDelete: boolean;
  deleteBeforeReplace: boolean;
  /** Id of what is taken over; empty for what is made. */
  importId: string;
  ignoreChanges: string[];
  /** Names of the hooks that run before it is created. */
  beforeCreate: string[];
  /** Names of the hooks that run after it was created. */
  afterCreate: string[];
  /** Names of the hooks that run before it is changed. */
  beforeUpdate: string[];
  /** Names of the resources that it waits for, whether by order or by an input. */
  waitsFor: string[];
  /** Type and name of the resources that each input was made from. */
  madeFrom: Record<string, string[]>;
  createTimeout: string;
  /** What it is replaced with when that changes; undefined for nothing. */
  replacementTrigger: unknown;
  /** Type and name of the parents that it had once. */
  onceIn: string[];
}

/** A run of a part of a program under mocks. */
export interface Registrations {
  resources: Recorded[];
  options: Registration[];
}

type Answer<Args> = (args: Args) => Record<string, unknown>;
type Registered = (error: unknown, response: unknown) => void;

/**
 * Runs a part of a program under mocks, and records what they do not show by themselves: what is protected, taken over, and
 * waited for. Hooks are registered and do not run.
 * @param outputs more outputs than the inputs, by type of the resource
 * @param answers results of lookups by token; others give back what they were asked
 */
export async function recordRegistrations(
  build: () => void | Promise<void>,
  outputs: Record<string, Answer<pulumi.runtime.MockResourceArgs>> = {},
  answers: Record<string, Answer<Record<string, unknown>>> = {},
): Promise<Registrations> {
  const resources: Recorded[] = [];
  const options: Registration[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const inputs = args.inputs as Record<string, unknown>;
        resources.push({ type: args.type, name: args.name, inputs });
        const id = args.id === undefined || args.id === "" ? `${args.name}-id` : args.id;
        return { id, state: { ...inputs, ...outputs[args.type]?.(args) } };
      },
      call: ({ token, inputs }) => {
        const asked = inputs as Record<string, unknown>;
        return { ...asked, ...answers[token]?.(asked) };
      },
    },
    "lstm-pfd",
    "test",
  );
  listen(options);
  await build();
  await pulumi.runtime.disconnect();
  const key = ({ type, name }: { type: string; name: string }) => `${type} ${name}`;
  return { resources: resources.sort((a, b) => (key(a) < key(b) ? -1 : 1)), options };
}

// Hooks are what the mocks do not know.
function listen(options: Registration[]): void {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("there is no monitor");
  const register = monitor.registerResource.bind(monitor) as (
    request: RegisterResourceRequest,
    done: Registered,
  ) => void;
  Object.assign(monitor, {
    registerResource: (request: RegisterResourceRequest, done: Registered) => {
      options.push(optionsOf(request));
      register(request, done);
    },
    registerResourceHook: (_request: unknown, done: (error: unknown) => void) => {
      done(null);
    },
  });
}

/** The one registration of a type and name. */
export function optionsOfOne({ options }: Registrations, type: string, name: string): Registration {
  const [found, ...more] = options.filter((each) => each.type === type && each.name === name);
  if (found === undefined || more.length > 0)
    throw new Error(
      `not one ${type} ${name}; there are ${options.map((each) => `${each.type} ${each.name}`).join(", ")}`,
    );
  return found;
}

function optionsOf(request: RegisterResourceRequest): Registration {
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    importId: request.getImportid(),
    ignoreChanges: request.getIgnorechangesList(),
    beforeCreate: request.getHooks()?.getBeforeCreateList() ?? [],
    afterCreate: request.getHooks()?.getAfterCreateList() ?? [],
    beforeUpdate: request.getHooks()?.getBeforeUpdateList() ?? [],
    waitsFor: request.getDependenciesList().map((urn) => urn.slice(urn.indexOf("lstm-pfd::") + 10)),
    madeFrom: originsOf(request),
    createTimeout: request.getCustomtimeouts()?.getCreate() ?? "",
    replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
    onceIn: request.getAliasesList().map((alias) => typeAndName(alias.getSpec()?.getParenturn() ?? "")),
  };
}

function originsOf(request: RegisterResourceRequest): Record<string, string[]> {
  const origins: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    origins[property] = dependencies.getUrnsList().map(typeAndName);
  });
  return origins;
}

/** Type and name at the end of a URN, as in `aws:s3/bucket:Bucket::vault`. */
export function typeAndName(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.slice(types.lastIndexOf("$") + 1)}::${name}`;
}
