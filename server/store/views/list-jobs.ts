/**
 * One page of jobs: finds their ids, cuts the page where it would grow too large for one message, reads the rest of
 * each. Bodies are read only for the jobs that are on the page, and not at all when they are left out.
 */
import type { JobPage } from "../../core/operations.js";
import type { JobListQuery } from "../../core/views.js";
import type { Database } from "../database.js";
import { decodePageToken, encodePageToken } from "./page-token.js";
import { readJobs } from "./read-jobs.js";
import { scanJobs, type FoundJob } from "./scan-jobs.js";

/** gRPC clients refuse messages over 4 MiB unless told otherwise. A single larger job still makes a page. */
const PAGE_BYTES_MAX = 3 * 1024 * 1024;

export async function listJobs(database: Database, query: JobListQuery): Promise<JobPage> {
  const dir = query.oldestFirst ? "asc" : "desc";
  const afterId = decodePageToken(query.pageToken, dir);
  const { jobs, stoppedAt } = await scanJobs(database.kysely, query, {
    afterId,
    dir,
    limit: query.pageSize + 1,
  });
  const page = fitting(jobs.slice(0, query.pageSize));
  const views = await readJobs(
    database,
    page.map((job) => job.id),
    { bodies: !query.omitBodies, executions: false },
  );
  const goesOnAfter = page.length < jobs.length ? (page.at(-1)?.id ?? null) : stoppedAt;
  return {
    jobs: page.flatMap(({ id }) => views.get(id)?.view ?? []),
    nextPageToken: goesOnAfter === null ? null : encodePageToken(goesOnAfter, dir),
  };
}

function fitting(jobs: readonly FoundJob[]): readonly FoundJob[] {
  let bytes = 0;
  const tooMuch = jobs.findIndex((job) => (bytes += job.bytes) > PAGE_BYTES_MAX);
  return tooMuch === -1 ? jobs : jobs.slice(0, Math.max(1, tooMuch));
}
