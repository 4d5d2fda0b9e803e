import type { PlatformImage } from "./definitions";

/** Programs whose version is told of an image. */
const programs = {
  node: { title: "Node.js", ask: "node --version", version: /^v(\d+\.\d+\.\d+)/ },
  postgresql: { title: "PostgreSQL", ask: "postgres --version", version: /\(PostgreSQL\) (\d+(?:\.\d+)?)/ },
  pgbackrest: { title: "pgBackRest", ask: "pgbackrest version", version: /^pgBackRest (\d+(?:\.\d+)+)/ },
  redis: { title: "Redis", ask: "redis-server --version", version: /\bv=(\d+(?:\.\d+)+)/ },
} as const;
type Program = keyof typeof programs;

const programsIn: Record<PlatformImage, readonly Program[]> = {
  operations: ["node"],
  postgres: ["postgresql", "pgbackrest", "node"],
  application: ["node"],
  redis: ["redis"],
};

/** Program → version, as it says itself. */
export type Contents = Partial<Record<Program, string>>;

/** A shell script that has each program of an image say its version, and fails when one does not run. */
export function questionsTo(image: PlatformImage): string {
  return ["set -e", ...programsIn[image].map((name) => `v=$(${programs[name].ask}); echo "${name}=$v"`)].join(
    "\n",
  );
}

/**
 * What an image holds, by what the script of {@link questionsTo} has printed.
 * @throws Error that names the program which does not say its version
 */
export function contentsOf(image: PlatformImage, printed: string): Contents {
  const said = new Map(
    printed.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return Object.fromEntries(
    programsIn[image].map((name) => {
      const answer = said.get(name);
      const version = programs[name].version.exec(answer ?? "")?.[1];
      if (version === undefined)
        throw new Error(
          `image ${image}: "${programs[name].ask}" says ${answer === undefined ? "nothing" : `"${answer}"`} where a version was expected; the image is not used`,
        );
      return [name, version];
    }),
  );
}

/** Contents in words, as in "PostgreSQL 17.6, pgBackRest 2.58.0". */
export function contentsText(contents: Contents): string {
  return (Object.keys(programs) as Program[])
    .filter((name) => contents[name] !== undefined)
    .sort((a, b) => Number(a === "node") - Number(b === "node"))
    .map((name) => `${programs[name].title} ${contents[name] ?? ""}`)
    .join(", ");
}

/** Labels that tell contents, for who has nothing but the image. */
export function labelsOf(contents: Contents): Record<string, string> {
  return Object.fromEntries(
    Object.entries(contents).map(([name, version]) => [`lstm-pfd.${name}.version`, version]),
  );
}
