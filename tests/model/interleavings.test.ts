/**
 * Ten thousand orders of the same events: two replicas dispatch a small graph to three workers while answers of the
 * store and hints are lost, a worker is lost and a job is cancelled, and the scheduler of fast-check decides which
 * of all the things that may come next does. A failure prints the seed and path that replay it.
 */
import { expect } from "chai";
import fc from "fast-check";
import { InterleavedQueue, InterleavedReplica, type WorldParts } from "./interleaved-world.js";
import { InterleavedStore } from "./interleaved-store.js";
import { TaskTimers } from "./task-timers.js";

const RUNS = 10_000;
const NEAR_MS = 60_000;
const ROUNDS_MAX = 8;
const SLOW_LOOK_MS = 40_000;
/** A diamond, a chain behind it and two that stand alone. */
const GRAPH: readonly (readonly [id: number, parents: readonly number[]])[] = [
  [1, []],
  [2, [1]],
  [3, [1]],
  [4, [2, 3]],
  [5, [4]],
  [6, []],
  [7, []],
];

interface Script {
  /** Which of the store's answers are lost, by number. */
  readonly answers: readonly number[];
  /** Which puts and takes lose their hints. */
  readonly hints: readonly number[];
  readonly losesWorker: boolean;
  readonly cancels: number | null;
}

const script: fc.Arbitrary<Script> = fc.record({
  answers: fc.uniqueArray(fc.nat({ max: 25 }), { maxLength: 3 }),
  hints: fc.uniqueArray(fc.nat({ max: 12 }), { maxLength: 3 }),
  losesWorker: fc.boolean(),
  cancels: fc.option(fc.constantFrom(...GRAPH.map(([id]) => id))),
});

const seen = { lostAnswers: 0, lostHints: 0, again: 0, cancelled: 0 };

async function play(
  scheduler: fc.Scheduler,
  { answers, hints, losesWorker, cancels }: Script,
): Promise<void> {
  const timers = new TaskTimers(scheduler);
  const step = (label: string): Promise<void> => scheduler.schedule(Promise.resolve(), label);
  let isHealed = false;
  const loses = (which: readonly number[], what: "lostAnswers" | "lostHints"): (() => boolean) => {
    let count = 0;
    return () => {
      const isLost = !isHealed && which.includes(count++);
      if (isLost) seen[what]++;
      return isLost;
    };
  };
  const store = new InterleavedStore(step, loses(answers, "lostAnswers"));
  const queue = new InterleavedQueue();
  Object.assign(queue, { step, loses: loses(hints, "lostHints") });
  const parts: WorldParts = { scheduler, timers, store, queue };
  await timers.use(async () => {
    const replicas = [new InterleavedReplica(parts), new InterleavedReplica(parts)] as const;
    for (const replica of replicas) await replica.start();
    const [first, second] = replicas;
    const doomed = first.join(1, 2);
    const staying = [first.join(2, 2), second.join(3, 1)];
    for (const [id, parents] of GRAPH) store.add(id, parents);
    const ready = GRAPH.filter(([, parents]) => parents.length === 0).map(([id]) => store.changedOf(id));
    const events: Promise<unknown>[] = [];
    const when = (label: string, act: () => unknown): void => {
      events.push(
        step(label)
          .then(act)
          .catch(() => undefined),
      ); // an answer that was lost
    };
    for (const [at, job] of ready.entries())
      when(`offer ${job.id}`, () => replicas[at % 2]?.dispatcher.offer([job]));
    if (losesWorker) when("worker lost", () => first.lose(doomed));
    if (cancels !== null) when("cancel", () => second.cancel.cancelJob(cancels, "", 0));
    for (const replica of replicas) when("tend", () => replica.tend());
    await timers.run(NEAR_MS);
    isHealed = true;
    const isOpen = (): boolean => [...store.jobs.values()].some(({ state }) => !ENDS.has(state));
    for (let round = 0; round < ROUNDS_MAX && (round < 2 || isOpen()); round++) {
      // What only the slow looks find: jobs of a session whose end nobody could confirm.
      timers.nowMs += SLOW_LOOK_MS;
      for (const replica of replicas) void replica.tend();
      await timers.run(NEAR_MS);
    }
    await Promise.all(events);
    judge(store, replicas, staying);
  });
}

const ENDS: ReadonlySet<string> = new Set(["succeeded", "cancelled"]);

function judge(
  store: InterleavedStore,
  replicas: readonly InterleavedReplica[],
  staying: readonly { readonly id: number; readonly inFlight: number }[],
): void {
  expect(store.breaches).to.deep.equal([]);
  const pushed = replicas.flatMap((replica) => replica.pushed);
  expect(new Set(pushed).size, "assignments pushed once each").to.equal(pushed.length);
  const jobs = [...store.jobs.values()];
  const open = jobs.filter(({ state }) => !ENDS.has(state)).map(({ id, state }) => `${id} ${state}`);
  expect(open, "jobs that never ended").to.deep.equal([]);
  const credit = staying.map(({ id, inFlight }) => [id, inFlight]);
  expect(credit, "credit that came back").to.deep.equal(staying.map(({ id }) => [id, 0]));
  seen.again += jobs.filter(({ leaseEpoch }) => leaseEpoch > 1).length;
  seen.cancelled += jobs.filter(({ state }) => state === "cancelled").length;
}

describe("interleavings", function () {
  this.timeout(600_000);

  it(`${RUNS.toLocaleString("en")} orders of events break no promise`, async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), script, play), {
      numRuns: RUNS,
      interruptAfterTimeLimit: 500_000,
      markInterruptAsFailure: true,
    });
    // Vacuity: the disturbances did disturb.
    expect(seen.lostAnswers, "lost answers").to.be.above(RUNS / 10);
    expect(seen.lostHints, "lost hints").to.be.above(RUNS / 10);
    expect(seen.again, "jobs that were assigned again").to.be.above(RUNS / 100);
    expect(seen.cancelled, "cancelled jobs").to.be.above(RUNS / 100);
  });
});
