import type { Rule } from "../rule";

/** AWS services that a network reaches from inside. */
export const interfaceEndpointsRule: Rule<readonly string[]> = {
  says: "must be short names of services, comma-separated, each once, as in ecr.api,sts; s3 is always there and must be left out",
  example: ["ecr.api", "sts"],
  holds: (services) =>
    services.every((service) => /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(service) && service !== "s3") &&
    new Set(services).size === services.length,
};
