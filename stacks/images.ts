import type { Config } from "../config/config";
import { readManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";

/** Full references of the images of the platform. */
export interface PlatformImages {
  application: string;
  operations: string;
  postgres: string;
  redis: string;
}

/** Images as configured; on the embedded cluster those that the toolchain has built stand in for the others. */
export function platformImages(config: Pick<Config, "images" | "cluster">): PlatformImages {
  const { images, cluster } = config;
  if (cluster.kind !== "embedded") return images;
  const built = readManifest().images;
  return {
    application: images.application || built.application.reference,
    operations: images.operations || built.operations.reference,
    postgres: images.postgres || built.postgres.reference,
    redis: images.redis || built.redis.reference,
  };
}
