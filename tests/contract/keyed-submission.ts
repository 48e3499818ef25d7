/** Submissions with idempotency keys as the submit verb gives them to the store. */
import type { NewJob } from "../../server/core/job.js";
import type { NewKey } from "../../server/core/store.js";
import type { Held, LinkedOptions, StoreWorld } from "./store-world.js";

/**
 * Submissions with idempotency keys, written together by one statement; those of one submission share its options.
 * @param taker gets all that are ready
 * @returns what was inserted, and each submission as it was numbered and as it can be sent again
 */
export async function submitKeyed(
  world: StoreWorld,
  submissions: readonly { readonly jobs: readonly Partial<NewJob>[]; readonly options?: LinkedOptions }[],
  taker: Held | null = null,
) {
  const prepared = [];
  for (const { jobs, options = {} } of submissions) {
    const rows = await world.prepare(jobs, options);
    const linked = await world.linked(jobs, options);
    const { namespace } = linked;
    const keys = linked.jobs.flatMap(({ idempotencyKey: key }, at): NewKey[] => {
      const hash = linked.jobHashes[at];
      return key === null || hash == null
        ? []
        : [{ namespace, kind: "job", key, targetId: rows.ids[at] ?? 0, hash }];
    });
    const graph = linked.graph;
    if (graph !== null && graph.idempotencyKey !== null)
      keys.push({
        namespace,
        kind: "graph",
        key: graph.idempotencyKey,
        targetId: rows.graphId,
        hash: graph.hash,
      });
    const graphId = graph === null ? null : rows.graphId;
    const numbered = { createdMs: rows.createdMs, graphId, ids: rows.ids };
    prepared.push({ ...rows, graphId, keys, linked: { ...linked, numbered } });
  }
  const insertion = {
    createdMs: prepared[0]?.createdMs ?? 0,
    jobs: prepared.flatMap(({ rows }) => rows),
    graphs: prepared.flatMap(({ graphs }) => graphs),
  };
  const ready = insertion.jobs.filter(({ readyUs }) => readyUs !== null);
  const takers = taker === null ? [] : ready.map(({ planned }) => ({ jobId: planned.id, ...taker }));
  const keyed = prepared.map(({ keys, ids, graphId }) => ({
    keys,
    ids: graphId === null ? ids : [graphId, ...ids],
  }));
  return { inserted: await world.store.insertOnce(insertion, takers, keyed), prepared };
}
