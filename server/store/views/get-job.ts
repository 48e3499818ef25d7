/** Finds one job by its decoded public id, in one namespace. */
import type { Kysely } from "kysely";
import type { DecodedId } from "../../core/job-id.js";
import type { JobView } from "../../core/job.js";
import type { Schema } from "../schema.js";
import { readJobs } from "./read-jobs.js";

export async function getJob(
  kysely: Kysely<Schema>,
  namespace: string,
  { id, createdMs }: DecodedId,
): Promise<JobView | null> {
  const found = (await readJobs(kysely, [id], { bodies: true, executions: true })).get(id)?.view;
  const isIt = found?.namespace === namespace && found.createdAt.getTime() === createdMs;
  return isIt ? found : null;
}
