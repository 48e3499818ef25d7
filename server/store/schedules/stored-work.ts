/** A schedule's work as it lies in `schedules.work`: JSON, with the bytes of payloads as base64. */
import type { Payload } from "../../core/job.js";
import type { ScheduleWork } from "../../core/schedule.js";

interface StoredPayload {
  readonly contentType: string;
  readonly base64: string | null;
  readonly uri: string | null;
}

type Job = ScheduleWork["jobs"][number];
type Graph = NonNullable<ScheduleWork["graph"]>;
type StoredJob = Omit<Job, "payload"> & { readonly payload?: StoredPayload };

/** What `schedules.work` holds. */
export interface StoredWork {
  readonly jobs: readonly StoredJob[];
  /** Of earlier releases without an order. */
  readonly graph: (Omit<Graph, "order"> & Partial<Pick<Graph, "order">>) | null;
}

export function toStored({ jobs, graph }: ScheduleWork): StoredWork {
  return {
    graph,
    jobs: jobs.map(({ payload, ...job }) =>
      payload === undefined ? job : { ...job, payload: storedPayload(payload) },
    ),
  };
}

export function fromStored({ jobs, graph }: StoredWork): ScheduleWork {
  return {
    graph: graph === null ? null : { ...graph, order: graph.order ?? "ready" },
    jobs: jobs.map(({ payload, ...job }) =>
      payload === undefined ? job : { ...job, payload: readPayload(payload) },
    ),
  };
}

function storedPayload({ contentType, body, uri }: Payload): StoredPayload {
  return { contentType, base64: body?.toString("base64") ?? null, uri };
}

function readPayload({ contentType, base64, uri }: StoredPayload): Payload {
  return { contentType, body: base64 === null ? null : Buffer.from(base64, "base64"), uri };
}
