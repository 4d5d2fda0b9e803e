/** Configuration that cannot be used. The message names every key at fault, its value and the rule. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `configuration refused, nothing was touched:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
    this.name = "ConfigError";
  }
}
