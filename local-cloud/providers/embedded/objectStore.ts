import {
  checkFree,
  checkOwner,
  deleteObjectStore,
  ensureObjectStore,
  readObjectStore,
  type FoundObjectStore,
  type Identity,
  type ObjectStoreSpec,
} from "../../objectStore";
import { objectStoreHost, objectStorePodPort } from "../../objectStore/address";
import { identityRoles } from "../../objectStore/identities";
import { specProblems } from "../../objectStore/spec";
import { readManifest } from "../../toolchain/manifest";
import { changesOf, differencesOf } from "../framework/differences";
import {
  PartialFailure,
  UNKNOWN,
  type CallContext,
  type CheckFailure,
  type Properties,
  type PropertyValue,
  type ResourceHandler,
} from "../framework/provider";
import { inputFailures, number, text, type InputRules } from "./inputs";

const replaceOnChanges = ["name"];

/** `embedded:index:ObjectStore`. Its id is its name. */
export const objectStore: ResourceHandler = {
  secretOutputs: ["identities"],
  replaceOnChanges,
  check: (inputs) => ({ inputs, failures: failuresOf(inputs) }),

  async diff(known, inputs) {
    const changes = changesOf(differencesOf(known.inputs, inputs), replaceOnChanges);
    // After a restart of the host its data is there, but nothing runs: the next `up` starts it again.
    const found = await readObjectStore(known.id);
    return {
      changes: found?.running ? changes : { ...changes, running: "update" },
      deleteBeforeReplace: true,
    };
  },

  async create(inputs, context) {
    const spec = knownPart(inputs);
    if (spec.name !== undefined) checkOwner({ name: spec.name, owner: context.urn });
    if (context.preview) {
      const unknown: Properties = { caCertificate: UNKNOWN, caCertificateFile: UNKNOWN };
      return { id: "", outputs: { ...(await previewOutputs(inputs)), ...unknown } };
    }
    return { id: spec.name ?? "", outputs: await ensure(inputs, context) };
  },

  async read({ id }) {
    const found = await readObjectStore(id);
    if (found === undefined) return undefined;
    const state = stateOf(found);
    if (!found.running)
      throw new PartialFailure(
        state,
        `the object store ${id} does not run; its data is there, and the next "up" starts it again`,
      );
    return state;
  },

  async update(known, inputs, context) {
    return context.preview
      ? { ...known.outputs, ...(await previewOutputs(inputs)) }
      : ensure(inputs, context);
  },

  delete: ({ id }) => deleteObjectStore(id),
};

async function ensure(inputs: Properties, context: CallContext): Promise<Properties> {
  const { urn, signal, timeoutMs } = context;
  context.log("status", "starting SeaweedFS");
  const addresses = await ensureObjectStore({ ...specOf(inputs), owner: urn }, readManifest(), {
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return { ...inputs, ...addresses, running: true };
}

/** What a preview knows of the outputs beside the authority; stops it when the store could not be made. */
async function previewOutputs(inputs: Properties): Promise<Properties> {
  const { name, port } = knownPart(inputs);
  if (name !== undefined && port !== undefined) await checkFree({ name, port });
  return {
    ...inputs,
    endpoint: name === undefined ? UNKNOWN : `https://${objectStoreHost(name)}:${objectStorePodPort}`,
    hostEndpoint: port === undefined ? UNKNOWN : `https://localhost:${port}`,
    running: true,
  };
}

function stateOf(found: FoundObjectStore): { id: string; inputs: Properties; outputs: Properties } {
  const { name, port, identities, endpoint, hostEndpoint, caCertificate, caCertificateFile, running } = found;
  const inputs: Properties = { name, port, identities: identities.map((identity) => ({ ...identity })) };
  const outputs = { ...inputs, endpoint, hostEndpoint, caCertificate, caCertificateFile, running };
  return { id: name, inputs, outputs };
}

function failuresOf(inputs: Properties): CheckFailure[] {
  return [...inputFailures("an object store", inputs, rules), ...specProblems(knownPart(inputs))];
}

const rules: InputRules = {
  name: text,
  port: number,
  identities: {
    type: "a list of objects with the texts name, role, accessKeyId and secretAccessKey",
    fits: (value) => identitiesOf(value) !== undefined,
  },
};

/** What of a spec is known and of its type already. */
function knownPart({ name, port, identities }: Properties): Partial<Omit<ObjectStoreSpec, "owner">> {
  const list = identitiesOf(identities);
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof port === "number" ? { port } : {}),
    ...(list === undefined ? {} : { identities: list }),
  };
}

/** The spec of inputs that have passed the check. */
function specOf(inputs: Properties): Omit<ObjectStoreSpec, "owner"> {
  const { name, port, identities } = knownPart(inputs);
  if (name === undefined || port === undefined || identities === undefined)
    throw new Error("an input of the object store is not known although it is about to be made");
  return { name, port, identities };
}

function identitiesOf(value: PropertyValue | undefined): Identity[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const identities = value.map(identityOf);
  return identities.every((identity) => identity !== undefined) ? identities : undefined;
}

function identityOf(value: PropertyValue): Identity | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { name, role: wanted, accessKeyId, secretAccessKey, ...others } = value;
  const role = identityRoles.find((candidate) => candidate === wanted);
  if (typeof name !== "string" || typeof accessKeyId !== "string" || typeof secretAccessKey !== "string")
    return undefined;
  if (role === undefined || Object.keys(others).length > 0) return undefined;
  return { name, role, accessKeyId, secretAccessKey };
}
