/** Every scenario, in the order in which `list` shows them and `all` runs them. */
import type { Scenario } from "./scenario.js";
import { chain } from "./scenarios/chain.js";
import { drain } from "./scenarios/drain.js";
import { fanIn } from "./scenarios/fan-in.js";
import { fanOut } from "./scenarios/fan-out.js";
import { graph } from "./scenarios/graph.js";
import { idlePush } from "./scenarios/idle-push.js";
import { live } from "./scenarios/live.js";
import { submitBatch } from "./scenarios/submit-batch.js";
import { submitInflight } from "./scenarios/submit-inflight.js";
import { submitOne } from "./scenarios/submit-one.js";
import { submitStream } from "./scenarios/submit-stream.js";

export const SCENARIOS: readonly Scenario[] = [
  submitOne,
  submitInflight,
  submitBatch,
  submitStream,
  idlePush,
  chain,
  fanOut,
  fanIn,
  graph,
  drain,
  live,
];
