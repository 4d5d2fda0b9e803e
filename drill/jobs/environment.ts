import type { Variable } from "../../jobs/environment";
import { checkNonce } from "../nonce";

/** The mark of the drill, for the commands that write it. */
export const nonceVariable: Variable<string> = { name: "DRILL_NONCE", read: checkNonce };
