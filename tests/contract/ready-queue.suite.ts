/**
 * What every ready queue does, run over the one in Redis and the one in process. Ageing is shown with ready times
 * in the past, so no clock is faked. A random sequence of operations is compared with a reference model that is
 * too simple to be wrong: a map, sorted at each take.
 */
import { expect } from "chai";
import fc from "fast-check";
import type { QueueKey, ReadyHint, ReadyQueue } from "../../server/core/ports.js";
import { LEVELS } from "../../server/core/priority.js";
import { freshKey, hint, MINUTE_US, nowUs, takenIds } from "./ready-hints.js";
import { typesSuite } from "./ready-queue-types.suite.js";

/** Of the queue under test; far apart, so that no run is slow enough to cross them by accident. */
export const SUITE_AGEING = { lowToMediumMs: 600_000, toHighMs: 1_200_000 };

export function readyQueueSuite(name: string, current: () => ReadyQueue): void {
  describe(`${name} as a ready queue`, () => {
    orderSuite(current);
    typesSuite(current);
    hintSuite(current);
    ageingSuite(current);
    modelSuite(name, current);
  });
}

function orderSuite(current: () => ReadyQueue): void {
  it("answers at once when nothing is ready", async () => {
    expect(await takenIds(current(), freshKey())).to.deep.equal([]);
    expect(await current().depth(freshKey())).to.deep.equal({ high: 0, medium: 0, low: 0 });
  });

  it("takes high before medium before low, and by ready time then id within a level", async () => {
    const key = freshKey();
    const at = nowUs();
    await current().put(key, [
      hint(1, "low", { readyUs: at - 5 }),
      hint(2, "medium", { readyUs: at }),
      hint(3, "high", { readyUs: at + 2 }),
      hint(5, "high", { readyUs: at + 1 }),
      hint(4, "high", { readyUs: at + 1 }),
      hint(6, "medium", { readyUs: at - 1 }),
    ]);
    expect(await current().depth(key)).to.deep.equal({ high: 3, medium: 2, low: 1 });
    expect(await takenIds(current(), key, 2)).to.deep.equal([4, 5]);
    expect(await takenIds(current(), key)).to.deep.equal([3, 6, 2, 1]);
    expect(await takenIds(current(), key)).to.deep.equal([]);
  });

  it("gives back exactly what was put, up to the largest id", async () => {
    const key = freshKey();
    const given = hint(Number.MAX_SAFE_INTEGER, "high", { type: "Video:trans-code_v1.2", readyUs: nowUs() });
    await current().put(key, [given]);
    expect((await current().take(key, { max: 1, types: null })).hints).to.deep.equal([given]);
  });

  it("keeps queues and namespaces apart", async () => {
    const [one, two] = [freshKey(), freshKey()];
    await current().put(one, [hint(1)]);
    await current().put({ ...one, namespace: "other" }, [hint(2)]);
    expect(await takenIds(current(), two)).to.deep.equal([]);
    expect(await takenIds(current(), one)).to.deep.equal([1]);
    expect(await takenIds(current(), { ...one, namespace: "other" })).to.deep.equal([2]);
  });

  it("refuses a take of none and a take without bound", async () => {
    for (const max of [0, 1_001, 1.5, Number.NaN]) {
      let refusal: unknown = null;
      try {
        await current().take(freshKey(), { max, types: null });
      } catch (error) {
        refusal = error;
      }
      expect(refusal, String(max)).to.be.instanceOf(RangeError);
    }
  });
}

function hintSuite(current: () => ReadyQueue): void {
  it("changes nothing when a hint is put twice, and moves it when its level changed", async () => {
    const key = freshKey();
    await current().put(key, [hint(1, "low"), hint(2, "low")]);
    await current().put(key, [hint(1, "low"), hint(2, "high")]);
    expect(await current().depth(key)).to.deep.equal({ high: 1, medium: 0, low: 1 });
    await current().put(key, [hint(2, "high"), hint(2, "medium")]);
    expect(await current().depth(key)).to.deep.equal({ high: 0, medium: 1, low: 1 });
    expect(await takenIds(current(), key)).to.deep.equal([2, 1]);
  });

  it("keeps a hint that is given back at its old place", async () => {
    const key = freshKey();
    await current().put(key, [hint(1), hint(2), hint(3)]);
    const [first] = (await current().take(key, { max: 1, types: null })).hints;
    if (first === undefined) throw new Error("nothing was taken");
    await current().put(key, [first]);
    expect(await takenIds(current(), key)).to.deep.equal([1, 2, 3]);
  });

  it("discards hints wherever they are and ignores unknown ones", async () => {
    const key = freshKey();
    await current().put(key, [hint(1, "high"), hint(2, "medium"), hint(3, "low"), hint(4, "low")]);
    await current().discard(key, [hint(1), hint(3), hint(99)]);
    await current().discard(freshKey(), [hint(1)]);
    await current().discard(key, []);
    expect(await takenIds(current(), key)).to.deep.equal([2, 4]);
  });

  it("names the jobs that have no hint at any level", async () => {
    const key = freshKey();
    const all = [hint(1, "high"), hint(2, "medium"), hint(3, "low"), hint(4, "low")];
    expect(await current().missing(key, all)).to.deep.equal(all);
    await current().put(key, [hint(1, "low"), hint(3, "low")]);
    expect((await current().missing(key, all)).map((job) => job.jobId)).to.deep.equal([2, 4]);
    expect(await current().missing(key, [])).to.deep.equal([]);
  });

  it("takes thousands of hints in one call and loses none", async () => {
    const key = freshKey();
    const many = Array.from({ length: 12_345 }, (_, i) => hint(i + 1, LEVELS[i % 3] ?? "low"));
    await current().put(key, many);
    expect(await current().missing(key, [...many, hint(99_999)])).to.have.length(1);
    const seen = new Set<number>();
    for (;;) {
      const taken = await takenIds(current(), key);
      if (taken.length === 0) break;
      for (const id of taken) seen.add(id);
    }
    expect(seen.size).to.equal(many.length);
    await current().put(key, many);
    await current().discard(key, many);
    expect(await current().depth(key)).to.deep.equal({ high: 0, medium: 0, low: 0 });
  });

  it("hands each hint to one of many takers", async () => {
    const key = freshKey();
    await current().put(
      key,
      Array.from({ length: 3_000 }, (_, i) => hint(i + 1, LEVELS[i % 3] ?? "low")),
    );
    const takers = Array.from({ length: 8 }, async (_, taker) => {
      const mine: number[] = [];
      for (;;) {
        const ids = await takenIds(current(), key, 7, taker % 2 === 0 ? null : ["resize"]);
        if (ids.length === 0) return mine;
        mine.push(...ids);
      }
    });
    const all = (await Promise.all(takers)).flat();
    expect(all).to.have.length(3_000);
    expect(new Set(all).size).to.equal(3_000);
  });
}

function ageingSuite(current: () => ReadyQueue): void {
  it("serves old hints above their level: low as medium, then low and medium as high", async () => {
    const key = freshKey();
    const at = nowUs();
    await current().put(key, [
      hint(1, "high", { readyUs: at }),
      hint(2, "medium", { readyUs: at }),
      hint(3, "low", { readyUs: at - 9 * MINUTE_US }),
      hint(4, "low", { readyUs: at - 11 * MINUTE_US }),
      hint(5, "medium", { readyUs: at - 11 * MINUTE_US }),
      hint(6, "medium", { readyUs: at - 21 * MINUTE_US }),
      hint(7, "low", { readyUs: at - 22 * MINUTE_US }),
    ]);
    const { hints: taken } = await current().take(key, { max: 1_000, types: null });
    expect(taken.map((one) => [one.jobId, one.level])).to.deep.equal([
      [7, "high"],
      [6, "high"],
      [1, "high"],
      [4, "medium"],
      [5, "medium"],
      [2, "medium"],
      [3, "low"],
    ]);
    expect(taken[0]?.readyUs).to.equal(at - 22 * MINUTE_US);
  });

  it("keeps the exact order when more hints have aged than one take moves", async () => {
    const key = freshKey();
    const old = nowUs() - 30 * MINUTE_US;
    const aged = Array.from({ length: 450 }, (_, i) =>
      hint(i + 1, i % 2 === 0 ? "low" : "medium", { readyUs: old + i }),
    );
    await current().put(key, [...aged, hint(900, "high")]);
    const order: number[] = [];
    for (let takes = 0; takes < 151; takes++) order.push(...(await takenIds(current(), key, 3)));
    expect(order).to.deep.equal([...aged.map((one) => one.jobId), 900]);
  });

  it("moves old hints up also for a take that does not accept them", async () => {
    const key = freshKey();
    await current().put(key, [hint(1, "low", { type: "other", readyUs: nowUs() - 30 * MINUTE_US })]);
    expect(await takenIds(current(), key, 10, ["resize"])).to.deep.equal([]);
    expect(await current().depth(key)).to.deep.equal({ high: 1, medium: 0, low: 0 });
  });
}

/** The reference: each job's hint, and nothing else. */
class Model {
  readonly hints = new Map<number, ReadyHint>();

  /** Ages everything: a bounded move up is exact for the take that makes it, and depth is asked of fresh hints only. */
  ordered(): ReadyHint[] {
    const atUs = nowUs();
    const aged = [...this.hints.values()].map((one): ReadyHint => {
      const ageMs = (atUs - one.readyUs) / 1_000;
      if (ageMs >= SUITE_AGEING.toHighMs) return { ...one, level: "high" };
      return one.level === "low" && ageMs >= SUITE_AGEING.lowToMediumMs ? { ...one, level: "medium" } : one;
    });
    const rank = (one: ReadyHint): number => LEVELS.indexOf(one.level);
    return aged.sort((a, b) => rank(a) - rank(b) || a.readyUs - b.readyUs || a.jobId - b.jobId);
  }

  take(max: number, types: readonly string[] | null): ReadyHint[] {
    const taken = this.ordered()
      .filter((one) => types === null || types.includes(one.type))
      .slice(0, max);
    for (const one of taken) this.hints.delete(one.jobId);
    return taken;
  }
}

interface Real {
  readonly queue: ReadyQueue;
  readonly key: QueueKey;
}

type Command = fc.AsyncCommand<Model, Real>;

const TYPES = ["a", "b", "c"];
const jobIds = fc.integer({ min: 1, max: 40 });
/** A job keeps its type; its level and its ready time may change between puts. */
const typeOf = (jobId: number): string => TYPES[jobId % TYPES.length] ?? "a";
const hints = fc.record({
  jobId: jobIds,
  level: fc.constantFrom(...LEVELS),
  ageMinutes: fc.constantFrom(0, 0, 0, 5, 12, 25),
  offsetUs: fc.integer({ min: 0, max: 5 }),
});

function modelSuite(name: string, current: () => ReadyQueue): void {
  it("does what the reference model does, whatever the order of operations", async function () {
    this.timeout(60_000);
    const seed = Number(process.env["MUSTER_TEST_SEED"] ?? Date.now() % 2 ** 31);
    const baseUs = nowUs();
    const property = fc.asyncProperty(
      fc.commands(commands(baseUs), { maxCommands: 60, size: "max" }),
      async (sequence) => {
        const real: Real = { queue: current(), key: freshKey() };
        await fc.asyncModelRun(() => ({ model: new Model(), real }), sequence);
      },
    );
    try {
      await fc.assert(property, { seed, numRuns: 150 });
    } catch (error) {
      console.error(`seed ${seed} (${name}): set MUSTER_TEST_SEED to repeat`);
      throw error;
    }
  });
}

function command(text: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => text };
}

function commands(baseUs: number): fc.Arbitrary<Command>[] {
  const put = fc.array(hints, { maxLength: 8 }).map((list) => {
    const given = list.map(({ jobId, level, ageMinutes, offsetUs }) => {
      return { jobId, level, type: typeOf(jobId), readyUs: baseUs - ageMinutes * MINUTE_US + offsetUs };
    });
    return command(`put(${JSON.stringify(list)})`, async (model, real) => {
      for (const one of given) model.hints.set(one.jobId, one);
      await real.queue.put(real.key, given);
    });
  });
  const types = fc.option(fc.subarray(TYPES, { minLength: 1 }), { nil: null });
  const take = fc.tuple(fc.integer({ min: 1, max: 12 }), types).map(([max, accepted]) =>
    command(`take(${max}, ${JSON.stringify(accepted)})`, async (model, real) => {
      const taken = await real.queue.take(real.key, { max, types: accepted });
      expect(taken.hints).to.deep.equal(model.take(max, accepted));
    }),
  );
  const discard = fc.array(jobIds, { maxLength: 6 }).map((ids) =>
    command(`discard(${ids.join()})`, async (model, real) => {
      for (const id of ids) model.hints.delete(id);
      await real.queue.discard(
        real.key,
        ids.map((jobId) => ({ jobId, type: typeOf(jobId) })),
      );
    }),
  );
  const missing = fc.uniqueArray(jobIds, { maxLength: 20 }).map((ids) =>
    command(`missing(${ids.join()})`, async (model, real) => {
      const asked = ids.map((jobId) => ({
        jobId,
        type: typeOf(jobId),
        level: "low" as const,
        readyUs: baseUs,
      }));
      const expected = asked.filter((one) => !model.hints.has(one.jobId));
      expect(await real.queue.missing(real.key, asked)).to.deep.equal(expected);
    }),
  );
  const depth = fc.constant(
    command("depth", async (model, real) => {
      const { high, medium, low } = await real.queue.depth(real.key);
      expect(high + medium + low).to.equal(model.hints.size);
    }),
  );
  return [put, take, discard, missing, depth];
}
