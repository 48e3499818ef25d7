/**
 * Random lives of jobs for fast-check: each command takes one step in the reference model and in the driver, and
 * then both must say the same of every job. Commands name their targets by any number, taken modulo what exists,
 * so that shrinking keeps a run meaningful. Results and releases are also sent for leases that are long over.
 */
import { expect } from "chai";
import fc from "fast-check";
import type { Driver } from "./driver.js";
import type { ModelOutcome, ModelRef, ModelSpec, ModelState, ReferenceModel } from "./reference-model.js";

export const SESSIONS = 3;

type Step = fc.AsyncCommand<ReferenceModel, Driver>;

/** @param name how the step is shown when a run fails */
function step(
  name: string,
  canRun: (model: ReferenceModel) => boolean,
  take: (model: ReferenceModel, driver: Driver) => Promise<void>,
): Step {
  return {
    check: canRun,
    run: async (model, driver) => {
      await take(model, driver);
      expect(await driver.readAll(), `after ${name}`).to.deep.equal(model.seen());
    },
    toString: () => name,
  };
}

const hasJobs = (model: ReferenceModel) => model.jobCount > 0;
const hasRefs = (model: ReferenceModel) => model.refs.length > 0;

/** Three picks of four go to what the step can change, the newest first; the rest to anything, to be refused. */
function pickFrom<T>(fitting: readonly T[], all: readonly T[], pick: number): T {
  const from = fitting.length === 0 || pick % 4 === 3 ? all : fitting;
  const picked = from[from.length - 1 - (Math.floor(pick / 4) % from.length)];
  if (picked === undefined) throw new RangeError("nothing to pick from");
  return picked;
}

function pickJob(model: ReferenceModel, pick: number, fits: (state: ModelState) => boolean): number {
  const seen = model.seen();
  const all = [...seen.keys()];
  const fitting = all.filter((job) => fits(seen[job]?.state ?? "ready"));
  return pickFrom(fitting, all, pick);
}

function pickRef(model: ReferenceModel, pick: number): ModelRef {
  const seen = model.seen();
  const isHeld = ({ job, leaseEpoch }: ModelRef) =>
    seen[job]?.state === "running" && seen[job].leaseEpoch === leaseEpoch;
  return pickFrom(model.refs.filter(isHeld), model.refs, pick);
}

const isReady = (state: ModelState) => state === "ready";
const isEndedBadly = (state: ModelState) => state === "dead" || state === "cancelled";
const isOpen = (state: ModelState) => !isEndedBadly(state) && state !== "succeeded";

interface SpecDraft extends Omit<ModelSpec, "parents"> {
  /** How far before the job each parent is. */
  readonly back: readonly number[];
}

const anySpec: fc.Arbitrary<SpecDraft> = fc.record({
  back: fc.array(fc.nat(8), { maxLength: 3 }),
  onParentFailure: fc.constantFrom("cancel", "run", "fail"),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  later: fc.boolean(),
});

function submit(drafts: readonly SpecDraft[]): Step {
  return step(
    `submit ${JSON.stringify(drafts)}`,
    () => true,
    async (model, driver) => {
      const specs = drafts.map(({ back, ...spec }, at): ModelSpec => {
        const own = model.jobCount + at;
        const parents = [...new Set(back.map((distance) => own - 1 - distance))].filter(
          (parent) => parent >= 0,
        );
        return { ...spec, parents };
      });
      model.submit(specs);
      await driver.submit(specs);
    },
  );
}

function claim(pick: number, session: number): Step {
  return step(`claim ${pick} by ${session}`, hasJobs, async (model, driver) => {
    const job = pickJob(model, pick, isReady);
    expect(await driver.claim(job, session)).to.equal(model.claim(job, session));
  });
}

/** Claims whatever is ready: without it, random picks seldom get far into a graph. */
function claimAll(session: number): Step {
  return step(`claim all by ${session}`, hasJobs, async (model, driver) => {
    for (const [job, { state }] of model.seen().entries()) {
      if (state !== "ready") continue;
      expect(await driver.claim(job, session)).to.equal(model.claim(job, session));
    }
  });
}

/** One generation of a graph runs well, so that runs get to its lower parts. */
function succeedAll(session: number): Step {
  return step(`succeed all by ${session}`, hasJobs, async (model, driver) => {
    for (const [job, { state }] of model.seen().entries()) {
      if (state !== "ready") continue;
      const leaseEpoch = model.claim(job, session);
      expect(await driver.claim(job, session)).to.equal(leaseEpoch);
      if (leaseEpoch === null) continue;
      expect(await driver.finish({ job, leaseEpoch }, "succeeded")).to.equal(
        model.finish({ job, leaseEpoch }, "succeeded"),
      );
    }
  });
}

function finish(pick: number, outcome: ModelOutcome): Step {
  return step(`finish ${pick} ${outcome}`, hasRefs, async (model, driver) => {
    const ref = pickRef(model, pick);
    expect(await driver.finish(ref, outcome)).to.equal(model.finish(ref, outcome));
  });
}

function release(pick: number, later: boolean): Step {
  return step(`release ${pick}${later ? " for later" : ""}`, hasRefs, async (model, driver) => {
    const ref = pickRef(model, pick);
    expect(await driver.release(ref, later)).to.equal(model.release(ref, later));
  });
}

function loseSession(session: number): Step {
  return step(`lose session ${session}`, hasRefs, async (model, driver) => {
    model.loseSession(session);
    await driver.loseSession(session);
  });
}

function cancel(pick: number): Step {
  return step(`cancel ${pick}`, hasJobs, async (model, driver) => {
    const job = pickJob(model, pick, isOpen);
    expect(await driver.cancel(job)).to.equal(model.cancel(job));
  });
}

function retry(pick: number): Step {
  return step(`retry ${pick}`, hasJobs, async (model, driver) => {
    const job = pickJob(model, pick, isEndedBadly);
    expect(await driver.retry(job)).to.equal(model.retry(job));
  });
}

function advance(): Step {
  return step("advance", hasJobs, async (model, driver) => {
    model.advance();
    await driver.advance();
  });
}

/** @param stepsMax longest run */
export function lifeCycleCommands(stepsMax: number): fc.Arbitrary<Iterable<Step>> {
  const pick = fc.nat(40);
  const session = fc.nat(SESSIONS - 1);
  const outcome = fc.constantFrom<ModelOutcome>(
    "succeeded",
    "succeeded",
    "failed",
    "failed_for_good",
    "cancelled",
  );
  return fc.commands(
    [
      fc.array(anySpec, { minLength: 1, maxLength: 5 }).map(submit),
      fc.tuple(pick, session).map(([job, by]) => claim(job, by)),
      session.map(claimAll),
      session.map(succeedAll),
      fc.tuple(pick, outcome).map(([ref, how]) => finish(ref, how)),
      fc.tuple(pick, outcome).map(([ref, how]) => finish(ref, how)),
      fc.tuple(pick, fc.boolean()).map(([ref, later]) => release(ref, later)),
      session.map(loseSession),
      pick.map(cancel),
      pick.map(retry),
      fc.constant(advance()),
    ],
    { maxCommands: stepsMax, size: "max" },
  );
}
