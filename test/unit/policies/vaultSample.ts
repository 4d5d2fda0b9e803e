import { awsTypes } from "../../../policies/shared/resourceTypes";
import { type Sample, unknown } from "./examine";
import { lifecycleProps } from "./lifecycleSample";

const sides = {
  versioning: awsTypes.versioning,
  lock: awsTypes.objectLock,
  encryption: awsTypes.encryption,
  access: awsTypes.publicAccessBlock,
  policy: awsTypes.policy,
  lifecycle: awsTypes.lifecycle,
} as const;

const props: Partial<Record<keyof typeof sides, object>> = {
  lock: { rule: { defaultRetention: { mode: "GOVERNANCE", days: 7 } } },
  lifecycle: lifecycleProps(),
};

/** A bucket of an unknown name and all that belongs to it, as a preview sees them. */
export function bucketWithSafeguards(name: string): Sample[] {
  return [
    { type: awsTypes.bucket, name, props: { bucket: unknown } },
    ...Object.entries(sides).map(([side, type]) => ({
      type,
      name: `${name}-${side}`,
      props: { bucket: unknown, ...props[side as keyof typeof sides] },
      dependencies: { bucket: [name] },
    })),
  ];
}

/** A vault, its replica, and the replication between them. */
export function vaultAndReplica(): Sample[] {
  return [
    ...bucketWithSafeguards("vault"),
    ...bucketWithSafeguards("replica"),
    {
      type: awsTypes.replication,
      name: "replication",
      props: { bucket: unknown, rules: [{ destination: { bucket: unknown } }] },
      // Known only when the policy is there, so that nothing is copied before.
      dependencies: { bucket: ["vault-policy"], rules: ["replica"] },
    },
  ];
}

/** Takes one resource away. */
export function without(name: string): (samples: Sample[]) => Sample[] {
  return (samples) => samples.filter((sample) => sample.name !== name);
}

/** Changes the arguments of one resource. */
export function withProps(name: string, change: object): (samples: Sample[]) => Sample[] {
  return (samples) =>
    samples.map((sample) =>
      sample.name === name ? { ...sample, props: { ...sample.props, ...change } } : sample,
    );
}
