/** Records successful results and gives the dependents that they release to seats, in one round trip. */
import { formatId } from "../core/job-id.js";
import { stateOf } from "../core/job.js";
import type { Finished, Seat, SuccessResult } from "../core/store.js";
import { assignmentsOf, type AssignmentOptions, type ClaimedGroup, claimedRows } from "./assignments.js";
import { bigints, ints, texts } from "./binary-array.js";
import { heldSessions } from "./claim.js";
import type { Database } from "./database.js";
import { type Extras, parentsOf, type ParentsRow } from "./parents.js";
import { type PreparedValue, runPrepared } from "./prepared.js";

interface SummaryRow {
  recorded: number[];
  freed: number[] | null;
  /** Recorded jobs that were submitted with dependents; null when there are none. */
  leads: number[] | null;
  lead_keys: (string | null)[] | null;
  lead_created_ms: number[] | null;
}

/** Dependents that wait for no parent any more. */
interface ReleasedRow {
  recorded: null;
  child_ids: null;
  job_ids: number[];
  last_parents: number[];
  all_ready_us: (number | null)[];
  all_created_ms: number[];
  state: number;
  run_ms: number | null;
  concurrency_key: string | null;
  queue_id: number;
  /** Of those that got a seat. */
  graph_id: number | null;
  type: string;
  effective_priority: number;
}

/** Those that got seats: state 3. */
interface SeatedGroup extends ReleasedRow, ClaimedGroup {
  all_ready_us: number[];
  has_only_parent: boolean;
}

/** A parent whose result was recorded, as its dependents that have no other are given it. */
interface Lead {
  readonly extras: Extras;
  /** Of its output. */
  readonly bytes: number;
}

const STATEMENT =
  "select * from pg_temp.finish_succeeded($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
/** Of one dependent, all its parents' together; more is read afterwards, and bounded there. */
const PARENT_BYTES_MAX = 131_072;

/** Calls the session-local function of `sql/functions/finish_succeeded.sql`. */
export async function finishSucceeded(
  database: Database,
  { results, seats }: { readonly results: readonly SuccessResult[]; readonly seats: readonly Seat[] },
  options: AssignmentOptions,
): Promise<Finished> {
  const parentBytesMax = Math.min(PARENT_BYTES_MAX, options.outputBytesMax);
  const values = [...resultValues(results), ...seatValues(seats), parentBytesMax];
  const { rows } = await database.withHot((client) =>
    runPrepared<SummaryRow | ReleasedRow | SeatedGroup | ParentsRow>(client, {
      name: "finish_succeeded",
      text: STATEMENT,
      values,
    }),
  );
  let summary: SummaryRow | undefined;
  const unblocked: Finished["unblocked"][number][] = [];
  const running: SeatedGroup[] = [];
  const known = new Map<number, Extras>();
  for (const row of rows) {
    if (row.recorded !== null) summary = row;
    else if (row.child_ids !== null) {
      const extras = parentsOf(row);
      for (const child of row.child_ids) known.set(child, extras);
    } else {
      for (const job of released(row)) unblocked.push(job);
      if (isSeated(row)) running.push(row);
    }
  }
  unblocked.sort((a, b) => a.id - b.id);
  addOnlyParents(known, running, { leads: leadsOf(results, summary), bytesMax: options.outputBytesMax });
  return {
    recorded: new Set(summary?.recorded),
    freed: summary?.freed ?? [],
    unblocked,
    seated:
      running.length === 0 ? [] : await assignmentsOf(database, running.flatMap(claimedRows), options, known),
  };
}

function isSeated(row: ReleasedRow | SeatedGroup): row is SeatedGroup {
  return stateOf(row.state) === "running";
}

/** Most dependents have one parent, which has just ended: its output is at hand. */
function addOnlyParents(
  known: Map<number, Extras>,
  running: readonly SeatedGroup[],
  { leads, bytesMax }: { readonly leads: ReadonlyMap<number, Lead>; readonly bytesMax: number },
): void {
  for (const { job_ids: ids, last_parents: parents, has_only_parent: hasOnlyParent } of running) {
    if (!hasOnlyParent) continue;
    for (const [at, id] of ids.entries()) {
      const lead = leads.get(parents[at] as number);
      if (lead !== undefined && lead.bytes <= bytesMax) known.set(id, lead.extras);
    }
  }
}

function leadsOf(results: readonly SuccessResult[], summary: SummaryRow | undefined): Map<number, Lead> {
  const outputs = new Map(results.map(({ ref, output }) => [ref.jobId, output]));
  const { leads, lead_keys: keys, lead_created_ms: createdMs } = summary ?? {};
  return new Map(
    leads?.map((id, at) => {
      const output = outputs.get(id) ?? null;
      const publicId = formatId(id, createdMs?.[at] ?? 0);
      const parent = { publicId, key: keys?.[at] ?? null, output, succeeded: true };
      return [id, { extras: { parents: [parent], truncated: false }, bytes: output?.body?.length ?? 0 }];
    }),
  );
}

function released(row: ReleasedRow): Finished["unblocked"][number][] {
  return row.job_ids.map((id, at) => ({
    id,
    createdMs: row.all_created_ms[at] ?? 0,
    queueId: row.queue_id,
    graphId: row.graph_id,
    state: stateOf(row.state),
    type: row.type,
    effectivePriority: row.effective_priority,
    readyUs: row.all_ready_us[at] ?? null,
    runAtMs: row.run_ms,
    concurrencyKey: row.concurrency_key,
    parentId: row.last_parents[at] ?? 0,
  }));
}

function resultValues(results: readonly SuccessResult[]): PreparedValue[] {
  const sorted = results.toSorted((a, b) => a.ref.jobId - b.ref.jobId);
  const bodies: Buffer[] = [];
  const offsets: number[] = [];
  const lengths: number[] = [];
  let offset = 1;
  for (const { output } of sorted) {
    const body = output?.body ?? null;
    offsets.push(offset);
    lengths.push(body === null ? -1 : body.length);
    if (body !== null) {
      bodies.push(body);
      offset += body.length;
    }
  }
  return [
    bigints(sorted.map((r) => r.ref.jobId)),
    ints(sorted.map((r) => r.ref.leaseEpoch)),
    texts(sorted.map((r) => r.output?.contentType ?? null)),
    ints(offsets),
    ints(lengths),
    Buffer.concat(bodies),
    texts(sorted.map((r) => r.output?.uri ?? null)),
  ];
}

function seatValues(seats: readonly Seat[]): PreparedValue[] {
  const typed = seats.flatMap(({ queueId, types }) => (types === null ? [] : [[queueId, types] as const]));
  return [
    ints(seats.map((seat) => seat.queueId)),
    bigints(seats.map((seat) => seat.sessionId)),
    typed.length === 0 ? null : JSON.stringify(Object.fromEntries(typed)),
    ...heldSessions(seats),
  ];
}
