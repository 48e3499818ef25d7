/**
 * Cancelling by a filter, page by page, so that no call is long; what was cancelled before a page failed stays
 * cancelled. `Client.cancelMatching` is this.
 */
import { services } from "../../../proto/load.js";
import type { CancelFilter as FilterMessage } from "../../../proto/gen/muster/jobs/v1/CancelFilter.js";
import { toDuration } from "../times.js";
import type { Calls } from "./calls.js";
import { toWireState, type JobState } from "./job-view.js";

const jobsService = () => services().jobs.JobsService.service;
const PAGE_SIZE = 1000;
/** How many ids of a dry run are kept. */
const FIRST_IDS = 20;

/** Which jobs that have not ended are meant. All that are given must hold; at least one of them, or `all`. */
export interface CancelFilter {
  /** `blocked`, `scheduled`, `ready`, `running`; default: any of them. */
  readonly states?: readonly JobState[];
  readonly queue?: string;
  readonly type?: string;
  readonly graphId?: string;
  /** All must match. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Every job of the namespace that has not ended. */
  readonly all?: boolean;
}

export interface CancelOptions {
  readonly reason?: string;
  /** How long a running handler may take to answer, ms; default 30,000. */
  readonly graceMs?: number;
}

export interface CancelMatchingOptions extends CancelOptions {
  /** Changes nothing and says how many match, and which are the first. */
  readonly dryRun?: boolean;
}

export interface CancelledMatching {
  /** Jobs that the filter named. */
  readonly matched: number;
  /** Ended, dependents that do not match themselves included; 0 in a dry run. */
  readonly cancelled: number;
  /** Running; their workers have been told; 0 in a dry run. */
  readonly requested: number;
  /** Only of a dry run: up to 20, newest first. */
  readonly firstJobIds: readonly string[];
}

export async function cancelMatching(
  calls: Calls,
  namespace: string,
  filter: CancelFilter,
  { dryRun = false, ...options }: CancelMatchingOptions,
): Promise<CancelledMatching> {
  const total = { matched: 0, cancelled: 0, requested: 0 };
  const firstJobIds: string[] = [];
  let pageToken = "";
  do {
    const request = {
      namespace,
      filter: toCancelFilter(filter),
      ...cancelFields(options),
      pageSize: PAGE_SIZE,
      pageToken,
      dryRun,
    };
    const response = await calls.unary(jobsService().CancelJobs, request, { idempotent: true });
    total.matched += response.matched ?? 0;
    total.cancelled += response.cancelled ?? 0;
    total.requested += response.requested ?? 0;
    firstJobIds.push(...(response.jobIds ?? []).slice(0, FIRST_IDS - firstJobIds.length));
    pageToken = response.nextPageToken ?? "";
  } while (pageToken !== "");
  return { ...total, firstJobIds };
}

export function cancelFields(options: CancelOptions): {
  reason: string;
  grace?: ReturnType<typeof toDuration>;
} {
  return {
    reason: options.reason ?? "",
    ...(options.graceMs !== undefined && { grace: toDuration(options.graceMs) }),
  };
}

function toCancelFilter(filter: CancelFilter): FilterMessage {
  return {
    states: (filter.states ?? []).map(toWireState),
    queue: filter.queue ?? "",
    type: filter.type ?? "",
    graphId: filter.graphId ?? "",
    labels: { ...filter.labels },
    all: filter.all ?? false,
  };
}
