/** Finds one job by its decoded public id, in one namespace, and what limits hold it back when it is ready. */
import type { DecodedId } from "../../core/job-id.js";
import type { JobView } from "../../core/job.js";
import type { Database } from "../database.js";
import { limitsHolding } from "./limits-holding.js";
import { readJobs } from "./read-jobs.js";

export async function getJob(
  database: Database,
  namespace: string,
  { id, createdMs }: DecodedId,
): Promise<JobView | null> {
  const job = (await readJobs(database, [id], { bodies: true, executions: true })).get(id);
  if (job?.view.namespace !== namespace || job.view.createdAt.getTime() !== createdMs) return null;
  const { view, mayBeHeld } = job;
  return view.state === "ready" && mayBeHeld ? { ...view, heldBy: await limitsHolding(database, id) } : view;
}
