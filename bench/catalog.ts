/** Every scenario, in the order in which `list` shows them and `all` runs them; and the limits of the components. */
import { limitGrpc } from "./limits/limit-grpc.js";
import { limitPostgres } from "./limits/limit-postgres.js";
import { limitRedis } from "./limits/limit-redis.js";
import type { Scenario } from "./scenario.js";
import { chain } from "./scenarios/chain.js";
import { drain } from "./scenarios/drain.js";
import { fanIn } from "./scenarios/fan-in.js";
import { fanOut } from "./scenarios/fan-out.js";
import { graph } from "./scenarios/graph.js";
import { idlePush } from "./scenarios/idle-push.js";
import { idleWorkers } from "./scenarios/idle-workers.js";
import { killRecovery } from "./scenarios/kill-recovery.js";
import { largePayloads } from "./scenarios/large-payloads.js";
import { live } from "./scenarios/live.js";
import { lookUp } from "./scenarios/look-up.js";
import { priorities } from "./scenarios/priorities.js";
import { reconnectStorm } from "./scenarios/reconnect-storm.js";
import { registrationStorm } from "./scenarios/registration-storm.js";
import { replicas } from "./scenarios/replicas.js";
import { shuffle } from "./scenarios/shuffle.js";
import { submitBatch } from "./scenarios/submit-batch.js";
import { submitInflight } from "./scenarios/submit-inflight.js";
import { submitOne } from "./scenarios/submit-one.js";
import { submitStream } from "./scenarios/submit-stream.js";
import { sustained } from "./scenarios/sustained.js";
import { waitFor } from "./scenarios/wait-for.js";

export const SCENARIOS: readonly Scenario[] = [
  submitOne,
  submitInflight,
  submitBatch,
  submitStream,
  lookUp,
  waitFor,
  idlePush,
  chain,
  fanOut,
  fanIn,
  shuffle,
  graph,
  drain,
  live,
  sustained,
  priorities,
  registrationStorm,
  idleWorkers,
  reconnectStorm,
  killRecovery,
  largePayloads,
  replicas,
];

/** What `limits` runs. */
export const LIMITS: readonly Scenario[] = [limitPostgres, limitRedis, limitGrpc];
