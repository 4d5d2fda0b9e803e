import { type Config, parseConfig, qualified } from "../../config/config";
import { type Cost, costTable, monthlyCosts } from "../../plan/costs/monthlyCosts";
import { pricesOf } from "../../plan/costs/prices";
import { storedBackups } from "../../plan/costs/storedBackups";
import { type Options, UsageError } from "../commandLine";
import { offlineLayers } from "../offlineLayers";

/** What compression leaves, where nobody says: pgBackRest with zstd makes a half or less of most databases. */
const compressedByDefault = 0.5;
const modelsByDefault = 2;
const nodesByDefault = 3;

/**
 * Prints what the stacks of production cost a month, from their configuration and from sizes that are given, without an account.
 * @throws UsageError for stacks elsewhere, and sizes that are no numbers; ConfigError
 */
export function run(options: Options): Promise<void> {
  const layers = offlineLayers(options);
  if (layers.some(({ config }) => config["objectStore"] !== "aws"))
    throw new UsageError(
      `stack ${options.stack} is not at AWS, where there are prices for it; say --stack prod, or another one that is`,
    );
  const [vault, platform] = layers.map(({ config }) => parseConfig(qualified(config)));
  if (vault === undefined || platform === undefined) throw new Error("there are not two layers");
  process.stdout.write(
    `${costTable(costsOf(vault, platform, options))}\n\nUSD a month, list prices of us-east-1 as of ${pricesOf}, without tax and without what is by use; other regions differ.\n`,
  );
  return Promise.resolve();
}

/**
 * Costs of vault and platform.
 * @throws UsageError when a size is no number in its range
 */
export function costsOf(
  vault: Config,
  { aws, databaseSizeGi }: Config,
  { sizes }: Pick<Options, "sizes">,
): Cost[] {
  const database = number("database", sizes.database, databaseSizeGi, 1_000_000);
  const models = number("models", sizes.models, modelsByDefault, 1_000_000);
  const regions = number("regions", sizes.regions, 2, 2);
  if (regions !== 1 && regions !== 2) throw new UsageError(`--regions ${regions}: must be 1 or 2`);
  return monthlyCosts({
    zones: aws.network.zones.length,
    natGateways: aws.network.natGateways === "one" ? 1 : aws.network.zones.length,
    nodes: number("nodes", sizes.nodes, nodesByDefault, 1000),
    databaseVolume: databaseSizeGi,
    models,
    backups: storedBackups(vault.classes, {
      database,
      change: number("change", sizes.change, database / 20, 1_000_000),
      models,
      compressed: number("compressed", sizes.compressed, compressedByDefault, 1),
    }),
    regions,
    replicationTimeControl: vault.aws.vault.replicationTimeControl,
  });
}

function number(name: string, text: string | undefined, byDefault: number, max: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > max)
    throw new UsageError(`--${name} ${text}: must be a number from 0 to ${max}`);
  return value;
}
