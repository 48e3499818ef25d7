/**
 * The doctor's eyes on Redis: its settings and memory, the sentinel, and the first hints of a queue. Sends commands
 * that read only, never a script. Called by the diagnose verb.
 */
import type { Redis } from "ioredis";
import type { PeekedHints, QueueCheckup, RedisFacts } from "../../core/checkup.js";
import type { QueueKey, ReadyHint } from "../../core/ports.js";
import { LEVELS } from "../../core/priority.js";
import { holdersOf } from "./client.js";
import { readyKeys, sentinelKey } from "./keys.js";
import type { RedisLink } from "./link.js";
import { unpackHints } from "./member.js";

const FOREIGN_MAX = 10;
const VERSION_MIN = 7;

export function redisCheckup(link: RedisLink): QueueCheckup {
  return {
    facts: () => facts(link),
    peek: (queue, perLevel) => peek(link, queue, perLevel),
  };
}

/** Of a cluster, the worst of its masters in each respect. */
async function facts(link: RedisLink): Promise<RedisFacts> {
  const nodes = await link.run((redis) => Promise.all(holdersOf(redis).map(nodeFacts)));
  const sentinel = await link.run((redis) => redis.get(sentinelKey(link.prefix))).catch(() => null);
  const worst = (bad: (node: NodeFacts) => boolean): NodeFacts => nodes.find(bad) ?? (nodes[0] as NodeFacts);
  const share = ({ memory }: NodeFacts): number =>
    memory.maxBytes === 0 ? 0 : memory.usedBytes / memory.maxBytes;
  const ids = nodes.map((node) => node.runId).sort();
  return {
    version: worst((node) => Number.parseInt(node.version, 10) < VERSION_MIN).version,
    role: worst((node) => node.role !== "master").role,
    evictionPolicy: worst((node) => node.evictionPolicy !== "noeviction").evictionPolicy,
    memory: (nodes.toSorted((a, b) => share(b) - share(a))[0] as NodeFacts).memory,
    isAppendOnly: nodes.every((node) => node.isAppendOnly),
    hasSnapshots: nodes.every((node) => node.hasSnapshots),
    // As the ready queue writes it into the sentinel.
    runId: ids.length === 1 ? (ids[0] ?? "") : `${ids.join("-")}.`,
    sentinel,
  };
}

type NodeFacts = Omit<RedisFacts, "sentinel">;

async function nodeFacts(node: Redis): Promise<NodeFacts> {
  const info = await node.info();
  const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const saves = await node.config("GET", "save").then(
    (reply) => (Array.isArray(reply) ? String(reply[1] ?? "") : ""),
    // Where CONFIG is forbidden nothing is known against it.
    () => "unknown",
  );
  return {
    version: field("redis_version"),
    role: field("role"),
    evictionPolicy: field("maxmemory_policy"),
    memory: { usedBytes: Number(field("used_memory")), maxBytes: Number(field("maxmemory")) },
    isAppendOnly: field("aof_enabled") === "1",
    hasSnapshots: saves !== "",
    runId: field("run_id"),
  };
}

async function peek(link: RedisLink, queue: QueueKey, perLevel: number): Promise<PeekedHints> {
  const keys = readyKeys(link.prefix, queue);
  const hints: ReadyHint[] = [];
  const foreign: string[] = [];
  let isSound = true;
  for (const level of LEVELS) {
    const kind = await link.run((redis) => redis.type(keys[level]));
    if (kind !== "zset") {
      if (kind === "none") continue;
      foreign.push(`key of level ${level} is a ${kind}`);
      isSound = false;
      continue;
    }
    const flat = await link.run((redis) =>
      redis.zrange(keys[level], "0", String(perLevel - 1), "WITHSCORES"),
    );
    for (let at = 0; at < flat.length; at += 2) {
      const pair = flat.slice(at, at + 2);
      hints.push(
        ...unpackHints(pair, level, () => {
          if (foreign.length < FOREIGN_MAX) foreign.push(`entry ${JSON.stringify(pair[0]?.slice(0, 60))}`);
        }),
      );
    }
  }
  return { hints, foreign, isSound };
}
