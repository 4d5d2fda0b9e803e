import assert from "node:assert/strict";
import { longestRunSeconds } from "../../../../policies/shared/runTime";

describe("longestRunSeconds", () => {
  const cases: [title: string, job: Parameters<typeof longestRunSeconds>[0], seconds: number | undefined][] =
    [
      [
        "the Job's deadline, whatever the retries",
        { activeDeadlineSeconds: 600, backoffLimit: 9, template: {} },
        600,
      ],
      ["nothing without a deadline", { backoffLimit: 0, template: {} }, undefined],
      [
        "one attempt of the pod",
        { backoffLimit: 0, template: { spec: { containers: [], activeDeadlineSeconds: 100 } } },
        100,
      ],
      [
        "four attempts, with pauses of 10, 20 and 40 s",
        { backoffLimit: 3, template: { spec: { containers: [], activeDeadlineSeconds: 100 } } },
        470,
      ],
      [
        "the six retries of Kubernetes, the last pause six minutes at most",
        { template: { spec: { containers: [], activeDeadlineSeconds: 100 } } },
        700 + 10 + 20 + 40 + 80 + 160 + 320,
      ],
      [
        "the shorter of both deadlines",
        {
          activeDeadlineSeconds: 50,
          backoffLimit: 0,
          template: { spec: { containers: [], activeDeadlineSeconds: 100 } },
        },
        50,
      ],
    ];
  for (const [title, job, seconds] of cases)
    it(title, () => {
      assert.equal(longestRunSeconds(job), seconds);
    });
});
