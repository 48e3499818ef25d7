/**
 * Loads the Lua files beside this one and registers each as a command of the client, typed. The only place that
 * knows their positional arguments; what they mean is in the header of each file.
 */
import { readFileSync } from "node:fs";
import type { Redis, Result } from "ioredis";

/** Flat `member, score, member, score ...`. */
type FlatHints = string[];
export type TakeReply = [cursor: string, high: FlatHints, medium: FlatHints, low: FlatHints];
type ThreeKeys = [high: string, medium: string, low: string];

declare module "ioredis" {
  interface RedisCommander<Context> {
    musterTake(
      ...a: [...ThreeKeys, max: number, ageUs: string, types: string, cursor: string]
    ): Result<TakeReply, Context>;
    musterPut(...a: [...ThreeKeys, high: string, medium: string, low: string]): Result<number, Context>;
    musterDiscard(...a: [...ThreeKeys, members: string]): Result<number, Context>;
    musterMissing(...a: [...ThreeKeys, members: string]): Result<number[], Context>;
    musterDepth(...a: ThreeKeys): Result<[number, number, number], Context>;
    musterSentinel(key: string, runId: string, token: string): Result<string, Context>;
    musterHeal(...a: ThreeKeys): Result<number, Context>;
  }
}

const SCRIPTS = [
  { command: "musterTake", file: "take", keys: 3 },
  { command: "musterPut", file: "put", keys: 3 },
  { command: "musterDiscard", file: "discard", keys: 3 },
  { command: "musterMissing", file: "missing", keys: 3 },
  { command: "musterDepth", file: "depth", keys: 3 },
  { command: "musterSentinel", file: "sentinel", keys: 1 },
  { command: "musterHeal", file: "heal", keys: 3 },
] as const;

export function defineScripts(redis: Redis): void {
  for (const { command, file, keys } of SCRIPTS) {
    const lua = readFileSync(new URL(`lua/${file}.lua`, import.meta.url), "utf8");
    redis.defineCommand(command, { lua, numberOfKeys: keys });
  }
}
