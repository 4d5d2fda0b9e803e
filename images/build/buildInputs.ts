import { join } from "node:path";
import { projectRoot } from "../../lib/paths";

/** What of the product goes into the images: read as files, never imported. */
export const buildInputs = {
  /** Directories whose files are each one command for the cluster. */
  commands: [join(projectRoot, "jobs", "commands"), join(projectRoot, "drill", "jobs", "commands")],
  /** Entry point of the stand-in application. */
  application: join(projectRoot, "images", "application", "src", "main.ts"),
  /** Directory with a folder for each image: Dockerfile and what it copies. */
  images: join(projectRoot, "images"),
} as const;
