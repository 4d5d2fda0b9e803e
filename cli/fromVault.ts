import { type Fetched, fetchKit } from "../kit/fetchKit";
import { openVault } from "../kit/openVault";
import { passphrase } from "../kit/passphrase";
import { versionDifferences } from "../kit/platformRecord";
import { settingsOf, takeKit } from "../kit/takeKit";
import { type Options, UsageError } from "./commandLine";
import { kitPath, ownPassphrase } from "./ownKit";
import { fileConfig } from "./stackPlan";
import { addressOf, authorityIn } from "./vaultOptions";

/** A kit that was fetched, and what follows from it. */
export interface FromVault {
  /** The options, with the configuration that the kit gives the stack. */
  options: Options;
  fetched: Fetched;
  /** Where the kit is on this machine. */
  path: string;
}

/**
 * Fetches the recovery kit that `--from-vault` names, puts it where the stack's kit belongs, and gives the stack what the kit says of its
 * vault and of the platform before. Whatever the command line or the stack's file says wins over that.
 * @throws UsageError; RecoveryKitError; VaultUnknownError; PassphraseError
 */
export async function fromVault(options: Options, address: string): Promise<FromVault> {
  const at = addressOf(address);
  const { authority, kitVersion, stack } = options;
  if (options.config["recoveryKit"] !== undefined)
    throw new UsageError("--config recoveryKit=… and --from-vault each name a kit: leave one of them out");
  ownPassphrase();
  // Asked for before the vault is: one that is drawn here would open nothing.
  passphrase();
  const bucket = await openVault(at, { authority: authorityIn(authority) });
  try {
    const fetched = await fetchKit(bucket, kitVersion);
    const path = kitPath(stack);
    takeKit(path, fetched);
    const file = fileConfig(stack, "left out");
    const settings = Object.entries(settingsOf(fetched.kit, at.bucket)).filter(([key]) => !(key in file));
    return {
      options: { ...options, config: { ...Object.fromEntries(settings), ...options.config } },
      fetched,
      path,
    };
  } finally {
    bucket.close();
  }
}

/** What a person should know of a kit that was fetched. @param versions what runs here; @default not told */
export function fetchedText(
  { fetched: { kit, said }, path }: Pick<FromVault, "fetched" | "path">,
  versions: Readonly<Record<string, string>> = {},
): string {
  const { generation, writtenAt, vault, platform } = kit;
  const leftOut = platform?.leftOut ?? [];
  const lines = [
    `recovery kit: ${path}, number ${generation}${writtenAt === "" ? "" : `, of ${writtenAt}`}${vault === undefined ? "" : `, of the vault ${vault.id}`}`,
    ...said,
    ...(platform === undefined
      ? ["it knows of no platform: say where to, with the stack's file or --config"]
      : [
          `settings of stack ${platform.stack}: ${Object.keys(platform.settings).join(", ") || "none"}`,
          ...versionDifferences(platform.versions, versions),
        ]),
    ...(leftOut.length === 0
      ? []
      : [
          `not in it, because only the engine of stack ${platform?.stack ?? ""} could open them: ${leftOut.join(", ")}; give them again`,
        ]),
  ];
  return lines.map((line, index) => `${index === 0 ? "" : "  "}${line}\n`).join("");
}
