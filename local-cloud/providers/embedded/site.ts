import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../../../lib/failure";
import {
  availableOf,
  checkFree,
  deleteSite,
  ensureSite,
  readSite,
  recordedSpec,
  specProblems,
  type SiteSpec,
  type SiteState,
} from "../../site";
import { readManifest } from "../../toolchain/manifest";
import { changesOf, containsUnknown, differencesOf } from "../framework/differences";
import {
  PartialFailure,
  UNKNOWN,
  type CallContext,
  type CheckFailure,
  type Properties,
  type ReadState,
  type ResourceHandler,
} from "../framework/provider";
import { inputFailures, number, text, type InputRules } from "./inputs";

type Inputs = Omit<SiteSpec, "owner">;

const rules: InputRules = {
  name: text,
  apiPort: number,
  images: { type: "a list of texts", fits: (value) => Array.isArray(value) && value.every(text.fits) },
  kubernetesVersion: text,
  objectStore: { ...text, optional: true },
};
const replaceOnChanges = ["name", "apiPort", "objectStore", "kubernetesVersion"];

/** A busy node may be slow to answer once: only what lasts is a problem. */
const DOUBT_MS = 10_000;

/** `embedded:index:Site`. Its id is its name. */
export const site: ResourceHandler = {
  secretOutputs: ["kubeconfig"],
  replaceOnChanges,
  check: (inputs) => ({ inputs, failures: failuresOf(inputs) }),

  async diff(known, inputs, { urn, signal }) {
    checkMadeByThisVersion(known.id, urn);
    const changes = changesOf(differencesOf(known.inputs, inputs), replaceOnChanges);
    // After a crash or a restart of the host its data is there, but nothing runs: the next `up` starts it again.
    const running = (await lastingProblem(known.id, signal)) === undefined;
    return { changes: running ? changes : { ...changes, running: "update" }, deleteBeforeReplace: true };
  },

  async create(inputs, context) {
    if (context.preview) {
      await checkPreviewOutputs(inputs, context.urn);
      return { id: "", outputs: { ...inputs, kubeconfig: UNKNOWN, running: true } };
    }
    const { name, apiPort } = specOf(inputs);
    await checkFree({ name, apiPort, owner: context.urn });
    try {
      return { id: name, outputs: await ensure(inputs, context) };
    } catch (error) {
      // What is there already must not be forgotten: the next `up` goes on with it, a destroy removes it.
      throw new PartialFailure({ id: name, outputs: { ...inputs, running: false } }, reasonOf(error));
    }
  },

  async read({ id }, { signal }) {
    const problem = await lastingProblem(id, signal);
    const found = await readSite(id);
    if (found === undefined) return undefined;
    const state = stateOf(found, problem === undefined);
    if (problem === undefined) return state;
    throw new PartialFailure(
      state,
      `the site ${id} is not ready for work: ${problem}; its data is there, and the next "up" starts it again`,
    );
  },

  async update(known, inputs, context) {
    if (context.preview) return { ...known.outputs, ...inputs, running: true };
    return ensure(inputs, context);
  },

  async delete({ id }, context) {
    const { urn, signal } = context;
    const owner = recordedSpec(id)?.owner;
    if (owner !== undefined && owner !== urn) {
      context.log("warning", `the site ${id} belongs to ${owner} by now, and is left to it`);
      return;
    }
    await deleteSite(id, signal);
  },
};

async function ensure(inputs: Properties, context: CallContext): Promise<Properties> {
  const { kubeconfig } = await ensureSite({ ...specOf(inputs), owner: context.urn }, readManifest(), {
    signal: context.signal,
    detail: (text) => {
      context.log("status", text);
    },
  });
  return { ...inputs, kubeconfig, running: true };
}

/**
 * Refuses the platform of an earlier version, whose site belonged to the component around it. The Kubernetes provider of that
 * version kept its state in another way: its volumes would be replaced, and all that is in them lost.
 */
function checkMadeByThisVersion(name: string, urn: string): void {
  const owner = recordedSpec(name)?.owner;
  if (owner === undefined || owner === urn) return;
  throw new Error(
    owner.endsWith(`$${urn.split("::").slice(2).join("::")}`)
      ? `the site ${name} was made by an earlier version of this project, and this one would replace its volumes: with that version take a backup of database and models and remove the platform ("npm run backup", "npm run down"), then run "npm run up" with this one, which brings it back from the vault; nothing was touched`
      : `the site ${name} belongs to ${owner} by now: choose another name; it was not touched`,
  );
}

/** Stops a preview when the site could not be made. */
async function checkPreviewOutputs({ name, apiPort }: Properties, owner: string): Promise<void> {
  if (typeof name === "string" && typeof apiPort === "number") await checkFree({ name, apiPort, owner });
}

/** Why a site is not ready for work; nothing when it is. */
async function lastingProblem(name: string, signal: AbortSignal): Promise<string | undefined> {
  const deadline = Date.now() + DOUBT_MS;
  for (;;) {
    const found = await readSite(name);
    if (found === undefined) return "it is gone";
    if (found.problem === undefined || !found.alive || Date.now() > deadline) return found.problem;
    await sleep(500, undefined, { signal });
  }
}

function stateOf({ spec, kubeconfig }: SiteState, running: boolean): ReadState {
  const { name, apiPort, objectStore, images, kubernetesVersion } = spec;
  const inputs: Properties = {
    name,
    apiPort,
    ...(objectStore === undefined ? {} : { objectStore }),
    images: [...images],
    kubernetesVersion,
  };
  return { id: name, inputs, outputs: { ...inputs, kubeconfig, running } };
}

function failuresOf(inputs: Properties): CheckFailure[] {
  const failures = inputFailures("a site", inputs, rules);
  const whole = failures.length === 0 && !Object.values(inputs).some(containsUnknown);
  return whole ? specProblems(specOf(inputs), availableOf(readManifest())) : failures;
}

/** The spec of inputs that have passed the check. */
function specOf({ name, apiPort, objectStore, images, kubernetesVersion }: Properties): Inputs {
  if (
    typeof name !== "string" ||
    typeof apiPort !== "number" ||
    !Array.isArray(images) ||
    typeof kubernetesVersion !== "string"
  ) {
    throw new Error("an input of the site is not known although it is about to be made");
  }
  return {
    name,
    apiPort,
    images: images.filter((image) => typeof image === "string"),
    kubernetesVersion,
    ...(typeof objectStore === "string" ? { objectStore } : {}),
  };
}
