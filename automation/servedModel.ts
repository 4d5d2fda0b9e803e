import type { ExchangeReport } from "../plan/modelExchange";
import { jobNames } from "../plan/names";
import type { Kubectl } from "./kubectl";
import { runOwnJob } from "./runOwnJob";

/** What is known of the model that answers. */
export interface ServedModel {
  /**
   * "proven": the application says that it answers with the checkpoint that was put into place. "not told by the application": it
   * answers, the same twice, and does not say with which model; its pods have started after the exchange. "not told by the checkpoint": a file of
   * another format does not say what the application calls it.
   */
  identity: "proven" | "not told by the application" | "not told by the checkpoint";
  /** SHA-256 that the application gives for its model; null when it gives none. */
  modelSha256: string | null;
}

/**
 * Compares what the application says of its model with what lies in the checkpoint.
 * @throws Error when it answers with another one
 */
export function servedModel(report: Pick<ExchangeReport, "modelSha256">, verification: unknown): ServedModel {
  const modelSha256 = (verification as { modelSha256?: string | null } | undefined)?.modelSha256 ?? null;
  if (modelSha256 === null) return { identity: "not told by the application", modelSha256 };
  if (report.modelSha256 === null) return { identity: "not told by the checkpoint", modelSha256 };
  if (modelSha256 !== report.modelSha256)
    throw new Error(
      `the application answers with model ${modelSha256.slice(0, 12)}…, and ${report.modelSha256.slice(0, 12)}… was put into place`,
    );
  return { identity: "proven", modelSha256 };
}

/**
 * Runs the platform's own verification, and looks which model it met.
 * @throws Error with the verification's own sentence; or when another model answers
 */
export async function proveModel(
  kubectl: Kubectl,
  report: Pick<ExchangeReport, "modelSha256">,
): Promise<ServedModel> {
  const verification = await runOwnJob(kubectl, jobNames.verify, {
    name: `${jobNames.verify}-models`,
    command: [jobNames.verify],
    // Neither a drill's mark nor a permit of the first start counts for an older snapshot.
    environment: { EXPECT_NONCE: "", PERMIT_INITIALISE: "false" },
    limitSeconds: 3600,
  });
  return servedModel(report, verification);
}
