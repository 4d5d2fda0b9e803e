// Pulumi would load TypeScript through ts-node, which type-checks every file at each start; tsx strips the types alone.
require("tsx/cjs");
require("./index.ts");
