/** How a person chooses a snapshot: for a fresh stack. */
export const byConfiguration = "lstm-pfd:restoreModels";

/** How a person chooses a snapshot: for a living platform. */
export const byOption = "--snapshot";
