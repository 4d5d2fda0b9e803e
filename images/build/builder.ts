/** Where and how images are built. */
export interface Workshop {
  /** Files of this build only. */
  scratch: string;
  /** The folders of the images, as they were when the build began. */
  sources: string;
  signal: AbortSignal;
}

/** What one build takes beside its directory. */
export interface BuildOptions {
  /** Full name of the image on this machine. */
  reference: string;
  /** Values of the Dockerfile's arguments. @default none */
  arguments?: Readonly<Record<string, string>>;
  /** Stage of the Dockerfile. @default the last one */
  target?: string;
  /** Whether what it stands on comes from a registry. @default false: nothing but this machine is asked */
  pull?: boolean;
  /** Sees each line of its output. */
  onLine?: (line: string) => void;
}

/** A program that builds images from Dockerfiles, keeps them and hands them on. */
export interface Builder {
  /** Name of the program. */
  name: "buildah" | "docker";
  /** Runs builds, on layers of earlier ones. */
  session(detail: (text: string) => void, builds: () => Promise<void>): Promise<void>;
  /** Identity of the image of this name, in hexadecimal; nothing when there is none. */
  idOf(reference: string): Promise<string | undefined>;
  /** Builds the Dockerfile in a directory. */
  build(context: string, options: BuildOptions): Promise<void>;
  /** Runs a shell script in a container of an image. @returns what it printed */
  run(reference: string, script: string): Promise<string>;
  /**
   * Pushes an image. Credentials are the program's own affair.
   * @param destination registry, repository and tag
   * @returns digest of the manifest that the registry took
   */
  push(reference: string, destination: string): Promise<string>;
  /** Writes images into an OCI layout; layers that are there already are not written twice. */
  writeLayout(references: readonly string[], layout: string, detail: (text: string) => void): Promise<void>;
}

/** The first identity that a program lists, without the name of its algorithm. */
export function imageId(listed: string): string | undefined {
  return /\b(?:sha256:)?([0-9a-f]{64})\b/.exec(listed)?.[1];
}
