/**
 * What parents gave to their dependents, as assignments carry it: in the order of `dependsOn`, no more bytes together
 * than an assignment may have. Dependents of the same parents share one list of them, and all dependents of a parent
 * its output: a thousand that wait for one large output hold it in memory once.
 */
import { formatId } from "../core/job-id.js";
import { type ParentOutput, stateOf } from "../core/job.js";
import type { Database } from "./database.js";
import { payloadOf } from "./rows.js";

/** What a job's parents gave it. */
export interface Extras {
  readonly parents: readonly ParentOutput[];
  readonly truncated: boolean;
}

/** A parent, and how many bytes its inline output has, whether or not that is at hand. */
interface FoundParent {
  readonly parent: ParentOutput;
  readonly bytes: number;
}

/** The parents of some of the jobs, as finish_succeeded returns them. */
export interface ParentsRow {
  recorded: null;
  /** Those that have these parents. */
  child_ids: number[];
  /** In the order of their `dependsOn`. */
  parent_ids: number[];
  /** As they were found; the other lists have one element for each of these. */
  found_ids: number[];
  parent_created_ms: number[];
  /** Null when none of them has any, as are the types and addresses of outputs. */
  parent_keys: (string | null)[] | null;
  /** Null when all of them succeeded. */
  parent_states: number[] | null;
  output_types: (string | null)[] | null;
  /** Bytes of each output, -1 for none. */
  output_lengths: number[];
  /** One behind the other; null when there is none. */
  outputs: Buffer | null;
  output_uris: (string | null)[] | null;
}

interface ListRow {
  child_ids: number[];
  parent_ids: number[];
}

interface ParentRow {
  child_ids: null;
  id: number;
  created_ms: number;
  key: string | null;
  state: number;
  output_type: string | null;
  /** -1 for none. */
  output_bytes: number;
  /** Null also for one that has no room in any of the children. */
  output: Buffer | null;
  output_uri: string | null;
}

/**
 * Reads what the parents of these jobs gave them.
 * @param bytesMax of all inline outputs of one job together; what comes after that is left out
 */
export async function parentOutputs(
  database: Database,
  childIds: readonly number[],
  bytesMax: number,
): Promise<Map<number, Extras>> {
  const byChild = new Map<number, Extras>();
  if (childIds.length === 0) return byChild;
  const { rows } = await database.hot<ListRow | ParentRow>("parent_outputs", [[...childIds], bytesMax]);
  const lists: ListRow[] = [];
  const found = new Map<number, FoundParent>();
  for (const row of rows) {
    if (row.child_ids !== null) lists.push(row);
    else found.set(row.id, foundIn(row));
  }
  for (const { child_ids: children, parent_ids: parents } of lists) {
    const extras = given(parents, found, bytesMax);
    for (const child of children) byChild.set(child, extras);
  }
  return byChild;
}

/** Of a finish, which returns parents only where all their outputs fit. */
export function parentsOf(row: ParentsRow): Extras {
  const { parent_keys: keys, output_types: types, output_uris: uris, output_lengths: lengths, outputs } = row;
  let end = 0;
  const found = new Map<number, FoundParent>();
  for (const [at, id] of row.found_ids.entries()) {
    const length = lengths[at] as number;
    const body = length < 0 ? null : (outputs as Buffer).subarray(end, (end += length));
    const parent = {
      publicId: formatId(id, row.parent_created_ms[at] as number),
      key: keys?.[at] ?? null,
      output: payloadOf(types?.[at] ?? null, body, uris?.[at] ?? null),
      succeeded: row.parent_states === null || stateOf(row.parent_states[at] as number) === "succeeded",
    };
    found.set(id, { parent, bytes: 0 });
  }
  return given(row.parent_ids, found, 0);
}

/** In this order, until the bytes are used up: from there on parents come without inline outputs. */
function given(
  parentIds: readonly number[],
  found: ReadonlyMap<number, FoundParent>,
  bytesMax: number,
): Extras {
  let bytes = 0;
  const parents: ParentOutput[] = [];
  for (const id of parentIds) {
    const entry = found.get(id);
    if (entry === undefined) continue;
    bytes += entry.bytes;
    parents.push(bytes > bytesMax ? withoutBody(entry.parent) : entry.parent);
  }
  return { parents, truncated: bytes > bytesMax };
}

function withoutBody(parent: ParentOutput): ParentOutput {
  const { output } = parent;
  if (output === null || output.body === null) return parent;
  return { ...parent, output: payloadOf(output.contentType, null, output.uri) };
}

function foundIn(row: ParentRow): FoundParent {
  return {
    parent: {
      publicId: formatId(row.id, row.created_ms),
      key: row.key,
      output: payloadOf(row.output_type, row.output, row.output_uri),
      succeeded: stateOf(row.state) === "succeeded",
    },
    bytes: Math.max(0, row.output_bytes),
  };
}
