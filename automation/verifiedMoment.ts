import type { EngineEvent } from "@pulumi/pulumi/automation";
import { balancerAddress } from "../plan/ingress";
import { jobNames } from "../plan/names";

/** Waits in an update for the moment at which the site serves. */
export interface VerifiedMoment {
  /** Sees each event of the update. */
  onEvent: (event: EngineEvent) => void;
  /** Address of the balancer, empty where there is none. Never, when this update verifies nothing. */
  verified: Promise<string>;
}

/** What a verification of this update looks like: it was made, not found as it was. */
const made = new Set(["create", "replace", "create-replacement", "update"]);

/**
 * The moment at which the Job `verify` of an update has succeeded. What follows it, the first full backup, is nothing that
 * clients wait for.
 */
export function verifiedMoment(): VerifiedMoment {
  let reached: (address: string) => void = () => undefined;
  const verified = new Promise<string>((resolve) => (reached = resolve));
  let address = "";
  return {
    verified,
    onEvent: ({ resOutputsEvent }) => {
      if (resOutputsEvent === undefined || resOutputsEvent.planning === true) return;
      const { op, type, new: state } = resOutputsEvent.metadata;
      const outputs = (state?.outputs ?? {}) as Outputs;
      if (type === "kubernetes:core/v1:Service" && balancerAddress(outputs.status) !== "")
        address = balancerAddress(outputs.status);
      if (type === "kubernetes:batch/v1:Job" && outputs.metadata?.name === jobNames.verify && made.has(op))
        reached(address);
    },
  };
}

interface Outputs {
  metadata?: { name?: string };
  status?: Parameters<typeof balancerAddress>[0];
}
