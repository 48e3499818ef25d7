/**
 * Idempotency keys: the first submission of a key owns it; a later one gets the first one's job or graph when it
 * says the same, and JOB_CONFLICT when it does not. Inserting and looking up are two statements, because a single
 * one does not see a concurrent insert.
 */
import type { PoolClient } from "pg";
import { MusterError } from "../core/errors.js";
import type { DecodedId } from "../core/job-id.js";
import type { LinkedSubmission, LinkedSubmitted } from "../core/store.js";
import { hotStatement } from "./sql-file.js";

export type KeyedId = DecodedId & { readonly existed: true };

export const KEY_KIND = { job: 0, graph: 1 } as const;

interface OwnedKey {
  key: string;
  target_id: number;
  body_hash: Buffer;
  created_ms: number | null;
}

/** Takes the keys of the jobs; returns, by position, those whose key was taken by the same job before. */
export async function claimKeys(
  client: PoolClient,
  submission: LinkedSubmission,
  ids: readonly number[],
): Promise<Map<number, KeyedId>> {
  const keyed = submission.jobs.flatMap((job, position) =>
    job.idempotencyKey === null
      ? []
      : [
          {
            position,
            key: job.idempotencyKey,
            id: ids[position] as number,
            hash: submission.jobHashes[position] as Buffer,
          },
        ],
  );
  const owned = await claimAll(client, submission.namespace, KEY_KIND.job, keyed);
  const existing = new Map<number, KeyedId>();
  for (const { position, key, id, hash } of keyed) {
    const owner = owned.get(key);
    if (owner === undefined || owner.target_id === id) continue;
    if (!owner.body_hash.equals(hash)) throw conflict(`jobs[${position}].idempotency_key`, key, "job");
    existing.set(position, { id: owner.target_id, createdMs: owner.created_ms ?? 0, existed: true });
  }
  return existing;
}

/** Takes the key of the graph; returns the graph submitted under it before, or null when it is new. */
export async function graphOf(
  client: PoolClient,
  submission: LinkedSubmission,
  graphId: number,
): Promise<LinkedSubmitted | null> {
  const key = submission.graph?.idempotencyKey as string;
  const hash = submission.graph?.hash as Buffer;
  const owned = await claimAll(client, submission.namespace, KEY_KIND.graph, [{ key, id: graphId, hash }]);
  const owner = owned.get(key);
  if (owner === undefined || owner.target_id === graphId) return null;
  if (!owner.body_hash.equals(hash)) throw conflict("idempotency_key", key, "graph");
  const { rows } = await client.query<{ id: number; created_ms: number }>(
    hotStatement("graph_jobs", [owner.target_id]),
  );
  const createdMs = owner.created_ms ?? 0;
  return {
    createdMs,
    graph: { id: owner.target_id, createdMs },
    existed: true,
    jobs: await jobsOfGraph(client, submission, rows),
    changed: [],
  };
}

/** The jobs of a submission that was written before: those of its graph, and those that had existed even then. */
async function jobsOfGraph(
  client: PoolClient,
  submission: LinkedSubmission,
  rows: readonly { readonly id: number; readonly created_ms: number }[],
): Promise<KeyedId[]> {
  const keys = submission.jobs.flatMap((job) => job.idempotencyKey ?? []);
  const owned =
    keys.length === 0
      ? new Map<string, OwnedKey>()
      : await readKeys(client, submission.namespace, KEY_KIND.job, keys);
  const inGraph = new Set(rows.map((row) => row.id));
  let next = 0;
  return submission.jobs.map((job, at): KeyedId => {
    const owner = job.idempotencyKey === null ? undefined : owned.get(job.idempotencyKey);
    if (owner !== undefined && !inGraph.has(owner.target_id))
      return { id: owner.target_id, createdMs: owner.created_ms ?? 0, existed: true };
    // Keys are pruned with their jobs, and a graph's own jobs with it: this was another one, which the graph had joined.
    if (owner === undefined && job.idempotencyKey !== null) throw joinedIsGone(at, job.idempotencyKey);
    const row = rows[next++] as { id: number; created_ms: number };
    return { id: row.id, createdMs: row.created_ms, existed: true };
  });
}

/** Takes what is free; @returns the owner of each key */
async function claimAll(
  client: PoolClient,
  namespace: string,
  kind: number,
  keyed: readonly { readonly key: string; readonly id: number; readonly hash: Buffer }[],
): Promise<Map<string, OwnedKey>> {
  if (keyed.length === 0) return new Map();
  // In the order of the keys, so that two submissions with the same keys wait for each other in one direction only.
  const sorted = keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const { rowCount } = await client.query(
    hotStatement("claim_keys", [
      namespace,
      kind,
      sorted.map((k) => k.key),
      sorted.map((k) => k.id),
      sorted.map((k) => k.hash),
    ]),
  );
  if (rowCount === sorted.length)
    return new Map(
      keyed.map(({ key, id, hash }) => [key, { key, target_id: id, body_hash: hash, created_ms: null }]),
    );
  return readKeys(
    client,
    namespace,
    kind,
    sorted.map((k) => k.key),
  );
}

async function readKeys(
  client: PoolClient,
  namespace: string,
  kind: number,
  keys: readonly string[],
): Promise<Map<string, OwnedKey>> {
  const { rows } = await client.query<OwnedKey>(hotStatement("read_keys", [namespace, kind, keys]));
  return new Map(rows.map((row) => [row.key, row]));
}

function joinedIsGone(at: number, key: string): MusterError {
  const field = `jobs[${at}].idempotency_key`;
  const expected = "the job that the graph was submitted with";
  const got = `${JSON.stringify(key)}, whose job was pruned since`;
  return new MusterError("JOB_CONFLICT", `${field}: expected ${expected}, got ${got}`, {
    violations: [{ field, expected, got }],
  });
}

function conflict(field: string, key: string, what: string): MusterError {
  return new MusterError(
    "JOB_CONFLICT",
    `${field}: expected a key of its own, got ${JSON.stringify(key)}, used for another ${what}`,
    {
      violations: [
        { field, expected: "a key of its own", got: `${JSON.stringify(key)}, used for another ${what}` },
      ],
    },
  );
}
