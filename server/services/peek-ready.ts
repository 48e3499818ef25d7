/**
 * The most urgent ready jobs of a queue for dispatch without the ready queue: those that need no turn, and of the
 * others those whose turn it is. Keys are walked 500 at a time, from where the last look ended.
 */
import type { Store } from "../core/store.js";
import type { ChangedJob } from "../core/settlement.js";
import { LEVELS, levelOf } from "../core/priority.js";
import type { LimitGate } from "./limit-gate.js";

export function peekReady(store: Pick<Store, "peekReady">, gate: LimitGate): Store["peekReady"] {
  const lastKeys = new Map<number, string | null>();
  return async (queueId, types, limit) => {
    const [free, { jobs, lastKey }] = await Promise.all([
      store.peekReady(queueId, types, limit),
      gate.turnsAfter(queueId, lastKeys.get(queueId) ?? null),
    ]);
    lastKeys.set(queueId, lastKey);
    if (jobs.length === 0) return free;
    const wanted = jobs.filter((job) => types === null || types.includes(job.type));
    return [...free, ...wanted].toSorted(byUrgency).slice(0, limit);
  };
}

function byUrgency(a: ChangedJob, b: ChangedJob): number {
  const level = (job: ChangedJob): number => LEVELS.indexOf(levelOf(job.effectivePriority));
  return level(a) - level(b) || (a.readyUs ?? 0) - (b.readyUs ?? 0);
}
