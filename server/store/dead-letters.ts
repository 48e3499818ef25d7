/**
 * Keeps `dead_letters` in step with the jobs, in the transaction that changes them: a death is filed, a retry takes its
 * row away. Costs nothing where nobody died and nobody was dead.
 */
import type { PoolClient } from "pg";
import { deathCause } from "../core/dead-letters.js";
import type { JobError } from "../core/job.js";
import type { JobChange, LockedJob } from "../core/settlement.js";
import { hotStatement } from "./sql-file.js";

/** @param jobs as they were under their locks, before these changes */
export async function refile(
  client: PoolClient,
  jobs: ReadonlyMap<number, LockedJob>,
  changes: readonly JobChange[],
): Promise<void> {
  const deaths: Death[] = [];
  const reopened: number[] = [];
  for (const { id, state, reason, error } of changes) {
    const was = jobs.get(id);
    if (state === "dead") deaths.push({ id, reason: reason ?? "", error, type: was?.type ?? "" });
    else if (was?.state === "dead") reopened.push(id);
  }
  if (reopened.length > 0) await client.query(hotStatement("forget_deaths", [reopened]));
  await recordDeaths(client, deaths);
}

export interface Death {
  readonly id: number;
  readonly reason: string;
  /** Of the attempt that ended it; null when none did. */
  readonly error: JobError | null;
  readonly type: string;
}

export async function recordDeaths(client: PoolClient, deaths: readonly Death[]): Promise<void> {
  if (deaths.length === 0) return;
  const causes = deaths.map(({ reason, error, type }) => deathCause(reason, error, type));
  await client.query(
    hotStatement("record_deaths", [
      deaths.map((death) => death.id),
      causes.map((cause) => cause.errorType),
      causes.map((cause) => cause.message),
      causes.map((cause) => cause.fingerprint),
    ]),
  );
}
