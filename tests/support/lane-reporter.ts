/**
 * Mocha's spec output, plus the counts of the lane as JSON in the file named by MUSTER_TEST_REPORT, which is how
 * `.ci/test.mjs` sums over lanes. A pending test counts as failed: nothing is skipped silently.
 */
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

export interface LaneReport {
  readonly passed: number;
  readonly failed: number;
  /** Titles of what failed, with the title of the suite in front. */
  readonly failures: readonly string[];
}

export default class LaneReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    // By test: a pending test that is forbidden is told of twice.
    const failures = new Map<object, string>();
    let passed = 0;
    runner.on("pass", () => passed++);
    runner.on("fail", (test) => failures.set(test, test.fullTitle()));
    runner.on("pending", (test) => failures.set(test, `${test.fullTitle()} (pending)`));
    runner.on("end", () => {
      const file = process.env["MUSTER_TEST_REPORT"];
      const report: LaneReport = { passed, failed: failures.size, failures: [...failures.values()] };
      if (file) writeFileSync(file, JSON.stringify(report));
    });
  }
}
