/** Last days of support of a version of EKS, as ISO dates. */
export interface EksSupport {
  standardUntil: string;
  extendedUntil: string;
}

/**
 * Support of EKS by minor version. Sources, read in August 2026: the release calendar of the Amazon EKS user guide
 * (docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html) and endoflife.date/amazon-eks.
 */
export const eksVersions: Record<string, EksSupport> = {
  "1.31": { standardUntil: "2025-11-26", extendedUntil: "2026-11-26" },
  "1.32": { standardUntil: "2026-03-23", extendedUntil: "2027-03-23" },
  "1.33": { standardUntil: "2026-07-29", extendedUntil: "2027-07-29" },
  "1.34": { standardUntil: "2026-12-02", extendedUntil: "2027-12-02" },
  "1.35": { standardUntil: "2027-03-27", extendedUntil: "2028-03-27" },
  "1.36": { standardUntil: "2027-08-02", extendedUntil: "2028-08-02" },
};
