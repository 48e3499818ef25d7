import fc from "fast-check";
import { lifeCycleCommands } from "../../model/commands.js";
import { CoreDriver } from "../../model/core-driver.js";
import { ReferenceModel } from "../../model/reference-model.js";

const LOSSES_MAX = 3;

describe("the decisions of core", () => {
  it("agree with the reference model through any life of dependent jobs", async () => {
    await fc.assert(
      fc.asyncProperty(lifeCycleCommands(60), async (commands) => {
        const setup = () => ({ model: new ReferenceModel(LOSSES_MAX), real: new CoreDriver(LOSSES_MAX) });
        await fc.asyncModelRun(setup, commands);
      }),
      { numRuns: 200 },
    );
  });
});
