/** Stands for a value that a preview does not know yet. */
export const UNKNOWN = Symbol("unknown");

/** A property as handlers see it: secrets are unwrapped, unknowns are {@link UNKNOWN}. */
export type PropertyValue =
  null | boolean | number | string | typeof UNKNOWN | PropertyValue[] | { [key: string]: PropertyValue };

/** Inputs or outputs of a resource by name. */
export type Properties = Record<string, PropertyValue>;

/** What a handler knows of the call that it serves. */
export interface CallContext {
  urn: string;
  /** Nothing may be touched; inputs may hold {@link UNKNOWN}. Also true in a diff. */
  preview: boolean;
  /** Aborted when the engine cancels, when it goes away, or when the resource's own timeout is over. */
  signal: AbortSignal;
  /** From `customTimeouts`, in milliseconds; undefined: the handler's own. */
  timeoutMs?: number;
  /** A line beneath the resource in the engine's display; `status` lines are replaced by the next one. */
  log(severity: "status" | "info" | "warning" | "error", message: string): void;
}

/** One input that breaks a rule. */
export interface CheckFailure {
  /** Path as people write it: `spec.replicas`; empty for the whole resource. */
  property: string;
  /** Value and rule. */
  reason: string;
}

/** Result of a check: inputs with defaults, and what is wrong with them. */
export interface Checked {
  inputs: Properties;
  failures: CheckFailure[];
}

/** How a property changes. */
export type PropertyChange =
  "add" | "update" | "delete" | "add-replace" | "update-replace" | "delete-replace";

/** Result of a diff: path → change; a change that ends in `-replace` replaces the resource. */
export interface Difference {
  changes: Record<string, PropertyChange>;
  /** The old resource must go before the new one can come. @default false */
  deleteBeforeReplace?: boolean;
}

/** State of a resource. */
export interface ResourceState {
  id: string;
  outputs: Properties;
}

/** State of a resource as it is outside, with the inputs that would give it. */
export interface ReadState extends ResourceState {
  inputs: Properties;
}

/** What is known of a resource from its last operation. */
export interface KnownState {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/**
 * A resource was made or changed, but not to its end. The engine keeps its state, marks it as failed, and
 * goes on with an update at the next `up`. Also thrown by a read that finds the resource unhealthy.
 */
export class PartialFailure extends Error {
  constructor(
    /** With inputs only after a read. */
    readonly state: ResourceState | ReadState,
    message: string,
  ) {
    super(message);
    this.name = "PartialFailure";
  }
}

/** Serves one type of resource. Everything that throws becomes the resource's error in the engine. */
export interface ResourceHandler {
  /** Names of outputs that are secret whatever the inputs were; an output named as a secret input is one anyway. */
  secretOutputs?: readonly string[];
  /** @default takes the inputs as they are */
  check?(inputs: Properties): Checked;
  /**
   * Inputs whose change replaces the resource, for the default `diff`, as paths: `tags`, `spec.*.name`.
   * A change beneath counts as well.
   */
  replaceOnChanges?: readonly string[];
  /** @default compares the inputs */
  diff?(known: KnownState, inputs: Properties, context: CallContext): Promise<Difference> | Difference;
  /** In a preview: the outputs that are known, without touching anything; the id may be empty. */
  create(inputs: Properties, context: CallContext): Promise<ResourceState>;
  /**
   * @param known with empty inputs for an import
   * @returns undefined when it does not exist
   */
  read(known: KnownState, context: CallContext): Promise<ReadState | undefined>;
  /** Absent: every change replaces. */
  update?(known: KnownState, inputs: Properties, context: CallContext): Promise<Properties>;
  /** Succeeds when it is gone already. */
  delete(known: KnownState, context: CallContext): Promise<void>;
}

/** A provider: its configuration, and a handler for each type of resource. */
export interface ProviderDefinition<Configuration> {
  /** As in `pulumi-resource-<name>`. */
  name: string;
  version: string;
  /** Checks the provider's own inputs, before anything is touched. @default all are taken */
  checkConfiguration?(inputs: Properties): CheckFailure[];
  /**
   * Called once, with all values known: while one is not, the engine previews without the provider.
   * Booleans, lists and objects come as such, although SDKs send them as JSON texts.
   */
  configure(inputs: Properties): Configuration;
  /**
   * Handler of a type token such as `aws:s3/bucket:Bucket`; undefined: not known here, and refused by name.
   */
  handler(type: string, configuration: Configuration): ResourceHandler | undefined;
  /** Functions by token, as `random:index/…`. @default none */
  invoke?(token: string, inputs: Properties, configuration: Configuration): Promise<Properties>;
}
