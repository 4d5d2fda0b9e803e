import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../lib/paths";

/** Prints how long `npm run preview:prod` takes, three times; the first may build tools and plugins. */
for (const round of [1, 2, 3]) {
  const start = Date.now();
  execFileSync(
    join(projectRoot, "node_modules", ".bin", "tsx"),
    ["cli/main.ts", "preview-offline", "--stack", "prod"],
    {
      cwd: projectRoot,
      stdio: "ignore",
    },
  );
  process.stdout.write(`preview:prod, round ${round}: ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}
