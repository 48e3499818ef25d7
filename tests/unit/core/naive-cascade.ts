/**
 * The slow and obvious way to end jobs: one edge at a time, in an order that the caller chooses, each applied to a
 * whole small world at once. What `cascade` must agree with, whatever that order is.
 */
import { isTerminal, type JobState, type OnParentFailure } from "../../../server/core/job.js";

export interface NaiveJob {
  readonly id: number;
  readonly parents: readonly number[];
  readonly onParentFailure: OnParentFailure;
  readonly runAtMs: number | null;
  state: JobState;
  pending: number;
}

export type World = Map<number, NaiveJob>;

/** Open edges counted again from the definition. */
export function recount(world: World, job: NaiveJob): number {
  return job.parents.filter((id) => {
    const parent = world.get(id)?.state ?? "succeeded";
    const settled = parent === "succeeded" || (isTerminal(parent) && job.onParentFailure === "run");
    return !settled;
  }).length;
}

/** @param pick chooses the next edge to apply: any index below the number given */
export function endNaively(
  world: World,
  ended: readonly { readonly id: number; readonly how: "succeeded" | "dead" | "cancelled" }[],
  nowMs: number,
  pick: (count: number) => number,
): void {
  const edges: { parent: number; child: NaiveJob }[] = [];
  const end = (id: number, state: JobState): void => {
    const job = world.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    job.state = state;
    for (const child of world.values()) if (child.parents.includes(id)) edges.push({ parent: id, child });
  };
  for (const { id, how } of ended) end(id, how);
  while (edges.length > 0) {
    const [edge] = edges.splice(pick(edges.length), 1);
    if (edge === undefined || edge.child.state !== "blocked") continue;
    const { child } = edge;
    const succeeded = world.get(edge.parent)?.state === "succeeded";
    if (!succeeded && child.onParentFailure === "cancel") end(child.id, "cancelled");
    else if (!succeeded && child.onParentFailure === "fail") end(child.id, "dead");
    else {
      child.pending--;
      if (child.pending === 0)
        child.state = child.runAtMs !== null && child.runAtMs > nowMs ? "scheduled" : "ready";
    }
  }
}
