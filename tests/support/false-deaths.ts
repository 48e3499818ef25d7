/**
 * S18: nobody is declared dead who lived. A session may be declared lost only when its worker was killed or stopped, or
 * the network between it and the server that had its stream was broken, within the time that it takes to notice. What
 * happened to Postgres, to Redis or to the servers themselves is no reason. Needs to know what each fault struck.
 */
import type { Struck } from "./chaos.js";
import type { SessionRecord } from "./history.js";

export interface Deaths {
  /** Sessions that were declared lost. */
  readonly lost: number;
  /** Of those, the ones without a reason, each as a sentence. */
  readonly unfounded: readonly string[];
}

const LOST = new Set(["lease_expired", "stream_lost"]);

export function deathsOf(
  sessions: readonly SessionRecord[],
  struck: readonly Struck[],
  how: {
    /** From the beginning of silence until it is noticed at the latest. */
    readonly noticedWithinMs: number;
    /** Which place a replica had, by its id. */
    readonly placeOf: (serverId: string) => number | undefined;
  },
): Deaths {
  const lost = sessions.filter(({ endReason }) => endReason !== null && LOST.has(endReason));
  const unfounded = lost.flatMap(({ sessionId, workerId, serverId, endedMs, endReason }) => {
    const endedAt = endedMs ?? 0;
    const place = how.placeOf(serverId);
    const hasReason = struck.some(
      ({ target, beganMs, overMs }) =>
        (target.worker === workerId || (target.link !== undefined && target.link === place)) &&
        beganMs <= endedAt &&
        (overMs ?? Infinity) >= endedAt - how.noticedWithinMs,
    );
    if (hasReason) return [];
    const beside = struck
      .filter(
        ({ beganMs, overMs }) => beganMs <= endedAt && (overMs ?? Infinity) >= endedAt - how.noticedWithinMs,
      )
      .map(({ fault, target }) => `${fault} ${target.worker ?? target.link ?? target.server ?? ""}`.trim());
    return [
      `session ${sessionId} of ${workerId} on ${serverId} was declared lost (${endReason}), ` +
        `and nothing had happened to it; beside it: ${beside.join(", ") || "nothing"}`,
    ];
  });
  return { lost: lost.length, unfounded };
}
