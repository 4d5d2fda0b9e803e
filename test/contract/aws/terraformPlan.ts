import type { Registration, Registrations } from "../../unit/components/aws/recordRegistrations";

/** A plan as `terraform show -json` prints it, as far as Checkov reads it. */
export interface TerraformPlan {
  format_version: string;
  terraform_version: string;
  planned_values: { root_module: { resources: PlannedResource[] } };
  configuration: { root_module: { resources: ConfiguredResource[] } };
}

/** A resource with the values that are known before it is made. */
export interface PlannedResource {
  address: string;
  mode: "managed";
  type: string;
  name: string;
  values: Record<string, unknown>;
}

/** The same resource with what its other values come from. */
export interface ConfiguredResource {
  address: string;
  mode: "managed";
  type: string;
  name: string;
  expressions: Record<string, { references: string[] }>;
}

/**
 * Turns what a stack registers at AWS into a plan of Terraform. A value that another resource gives is not in the plan's values:
 * like there, it stands in the configuration as a reference, from which Checkov knows what belongs together.
 * @throws Error when a type or a block is not in the tables below, so that nothing goes unseen
 */
export function terraformPlan({ resources, options }: Registrations): TerraformPlan {
  const registered = new Map(options.map((each) => [`${each.type}::${each.name}`, each]));
  const converted = resources
    .filter(({ type }) => type.startsWith("aws:"))
    .map(({ type, name, inputs }) => {
      const origins = (property: string) => originsOf(registered, `${type}::${name}`, property);
      return resourceOf(type, name, inputs, origins);
    });
  return {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: { root_module: { resources: converted.map(({ planned }) => planned) } },
    configuration: { root_module: { resources: converted.map(({ configured }) => configured) } },
  };
}

/**
 * Address of a resource in the plan.
 * @param urn type and name, as in `aws:s3/bucket:Bucket::vault`
 */
export function addressOf(urn: string): string {
  const [type = "", name = ""] = urn.split("::");
  return `${terraformType(type)}.${terraformName(name)}`;
}

function resourceOf(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  originsOfProperty: (property: string) => string[],
): { planned: PlannedResource; configured: ConfiguredResource } {
  const id = {
    address: addressOf(`${type}::${name}`),
    mode: "managed",
    type: terraformType(type),
    name: terraformName(name),
  } as const;
  const values: Record<string, unknown> = {};
  const expressions: Record<string, { references: string[] }> = {};
  for (const [property, value] of Object.entries(inputs)) {
    const origins = originsOfProperty(property);
    if (origins.length > 0 && isReference(value))
      expressions[snakeCase(property)] = {
        references: origins.map(addressOf).flatMap((address) => [`${address}.id`, address]),
      };
    else Object.assign(values, attribute(property, value, `${type} ${name}`));
  }
  return { planned: { ...id, values }, configured: { ...id, expressions } };
}

// A bucket's name that comes by way of its policy, for the order, is the bucket's all the same.
function originsOf(registered: ReadonlyMap<string, Registration>, urn: string, property: string): string[] {
  const origins = registered.get(urn)?.madeFrom[property] ?? [];
  return origins
    .filter((origin) => origin.startsWith("aws:"))
    .flatMap((origin) => {
      const further = originsOf(registered, origin, property);
      return further.length === 0 ? [origin] : further;
    });
}

// What is inside a policy or a block is looked at, and stays.
function isReference(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isReference);
  return typeof value === "string" && !value.startsWith("{");
}

function attribute(property: string, value: unknown, where: string): Record<string, unknown> {
  if (maps.has(property)) return { [snakeCase(property)]: value };
  if (Array.isArray(value) && value.some(isObject)) {
    const block = repeatedBlocks[property];
    if (block === undefined)
      throw new Error(
        `${where}: add to test/contract/aws/terraformPlan.ts what Terraform calls one of ${property}`,
      );
    return { [block]: value.map((each) => blockOf(each as Record<string, unknown>, where)) };
  }
  return { [snakeCase(property)]: isObject(value) ? [blockOf(value, where)] : value };
}

function blockOf(block: Record<string, unknown>, where: string): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(block).map(([property, value]) => attribute(property, value, where)),
  ) as Record<string, unknown>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Properties whose keys are the user's own. */
const maps = new Set(["tags"]);

/** Lists of blocks: Pulumi has the plural, Terraform repeats the singular. */
const repeatedBlocks: Readonly<Record<string, string>> = {
  aliases: "alias",
  podIdentityAssociations: "pod_identity_association",
  rules: "rule",
  transitions: "transition",
  noncurrentVersionTransitions: "noncurrent_version_transition",
};

/** Modules of Pulumi whose name is no part of the type in Terraform. */
const withoutModule = new Set(["ec2"]);

/** Types whose name is another one. */
const renamed: Readonly<Record<string, string>> = {
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "aws_s3_bucket_replication_configuration",
};

/** Types of which this is known to be right; a type that Checkov does not know would pass every check. */
const known = new Set([
  "aws_cloudwatch_log_group",
  "aws_default_security_group",
  "aws_efs_file_system",
  "aws_efs_mount_target",
  "aws_eip",
  "aws_eks_access_entry",
  "aws_eks_access_policy_association",
  "aws_eks_addon",
  "aws_eks_cluster",
  "aws_eks_pod_identity_association",
  "aws_flow_log",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_internet_gateway",
  "aws_kms_alias",
  "aws_kms_key",
  "aws_nat_gateway",
  "aws_route",
  "aws_route53_record",
  "aws_route_table",
  "aws_route_table_association",
  "aws_s3_bucket",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_object_lock_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_replication_configuration",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_security_group",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_security_group_ingress_rule",
]);

function terraformType(token: string): string {
  const [, path = "", resource = ""] = token.split(":");
  const [module = ""] = path.split("/");
  const own = snakeCase(resource);
  const type = renamed[token] ?? (withoutModule.has(module) ? `aws_${own}` : `aws_${module}_${own}`);
  if (!known.has(type))
    throw new Error(
      `${token} would be ${type}: look it up, and add it to test/contract/aws/terraformPlan.ts`,
    );
  return type;
}

function terraformName(name: string): string {
  return name.replaceAll(/[^\w-]/g, "_");
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, "");
}
