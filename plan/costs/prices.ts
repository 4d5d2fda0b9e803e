/** A list price, in USD of us-east-1 without tax. */
export interface Price {
  usd: number;
  /** What one pays for, as in "a GB and month". */
  per: string;
  /** Where it was read; none where the authors knew it without a source at hand: check it in the AWS calculator. */
  source?: string;
}

/** Day on which the prices were read. */
export const pricesOf = "2026-11-24";

const cloudburn = (page: string): string => `https://cloudburn.io/blog/${page}`;

/** Prices of what the production stacks consist of. */
export const prices = {
  controlPlane: { usd: 0.1, per: "an hour", source: cloudburn("amazon-eks-pricing") },
  node: {
    usd: 0.096,
    per: "an hour, like m5.large",
    source: "https://kindatechnical.com/aws-eks/lesson-31-understanding-eks-pricing.html",
  },
  autoMode: { usd: 0.01152, per: "an hour and node", source: cloudburn("amazon-eks-pricing") },
  blockStorage: {
    usd: 0.08,
    per: "a GB and month",
    source:
      "https://cloudoptimo.com/blog/everything-you-need-to-know-about-aws-ebs-pricing-and-cost-saving-tips",
  },
  nat: {
    usd: 0.045,
    per: "an hour",
    source: "https://divinechukwu.com/blog/s3-gateway-endpoint-nat-savings",
  },
  publicAddress: { usd: 0.005, per: "an hour", source: cloudburn("aws-nat-gateway-pricing") },
  balancer: {
    usd: 0.0225,
    per: "an hour",
    source: "https://clustercost.com/blog/network-load-balancer-pricing-2025",
  },
  fileSystem: { usd: 0.3, per: "a GB and month", source: cloudburn("amazon-efs-pricing") },
  objectStorage: {
    usd: 0.023,
    per: "a GB and month",
    source: "https://gist.github.com/EverettBerry/a37438006529a55f42da6fdbc44a505c",
  },
  betweenRegions: {
    usd: 0.02,
    per: "a GB",
    source: "https://kindatechnical.com/aws-eks/lesson-31-understanding-eks-pricing.html",
  },
  replicationTimeControl: { usd: 0.015, per: "a GB" },
  key: {
    usd: 1,
    per: "a month, and as much for each of its first two rotations",
    source: "https://aws.amazon.com/kms/pricing/",
  },
  logs: { usd: 0.53, per: "a GB", source: "https://c3x.dev/blog/cloudwatch-logs-cost-optimization" },
} as const satisfies Record<string, Price>;
