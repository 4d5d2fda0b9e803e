import { Cloud } from "../e2e/cloud/cloud";
import { killedMakingCase } from "../e2e/cloud/site";
import { leavesNothing } from "../e2e/leavesNothing";

leavesNothing("an embedded site", () => {
  const cloud = new Cloud();
  before(async () => {
    await cloud.open();
    await cloud.ensureStore();
  });
  after(() => cloud.close());
  for (const milliseconds of [600, 1500, 9000]) killedMakingCase(cloud, milliseconds);
});
