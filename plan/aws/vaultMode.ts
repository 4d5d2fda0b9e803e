/** How a vault at AWS comes to be: made, taken over after its stack's state was lost, or made out of the replica of a lost one. */
export type VaultMode = "create" | "adopt" | "promote";
