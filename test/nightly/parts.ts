import { join } from "node:path";
import { projectRoot } from "../../lib/paths";

/** A part of all that can be tested: something that ends by itself well within its limit. */
export interface Part {
  name: string;
  /** What a person would type for it. */
  command: string;
  /** Program and arguments, without a wrapper between, so that a signal reaches what works. */
  run: readonly [string, ...string[]];
  /** Works with a cache of its own that is empty at first and goes with it. @default false */
  emptyCache?: boolean;
  /** Longest time that it may take. @default {@link longestMinutes} */
  limitMinutes?: number;
}

/** Longest time of any part. */
export const longestMinutes = 40;

const module_ = (path: string): string => join(projectRoot, "node_modules", path);
const mocha = module_("mocha/bin/mocha.js");
const command = ["--import", "tsx", "cli/main.ts"];

/** Everything, in the order in which it is worth knowing. */
export const parts: readonly Part[] = [
  {
    name: "lint",
    command: "npm run lint",
    run: [process.execPath, module_("eslint/bin/eslint.js"), "--max-warnings=0", "."],
  },
  {
    name: "types",
    command: "npm run types",
    run: [process.execPath, module_("typescript/bin/tsc"), "--noEmit"],
  },
  { name: "toolchain", command: "npm run toolchain", run: [process.execPath, ...command, "toolchain"] },
  {
    name: "unit",
    command: "npm test -- --forbid-pending",
    run: [process.execPath, mocha, "--forbid-pending"],
  },
  {
    name: "e2e",
    command: "npm run test:e2e",
    run: [process.execPath, mocha, "--config=.mocharc.e2e.yaml"],
  },
  {
    name: "long",
    command: "npx mocha --config .mocharc.nightly.yaml",
    run: [process.execPath, mocha, "--config=.mocharc.nightly.yaml"],
  },
  {
    name: "lineage",
    command: "npx mocha --config .mocharc.lineage.yaml",
    run: [process.execPath, mocha, "--config=.mocharc.lineage.yaml"],
    limitMinutes: 90,
  },
  {
    name: "tables",
    command: "npx mocha --config .mocharc.tables.yaml",
    run: [process.execPath, mocha, "--config=.mocharc.tables.yaml"],
    limitMinutes: 60,
  },
  {
    name: "cold",
    command: "npm run toolchain, with an empty LSTM_PFD_CACHE",
    run: [process.execPath, ...command, "toolchain"],
    emptyCache: true,
  },
];
