/**
 * Loads the Lua files beside this one and gives each a typed method of the client. The only place that
 * knows their positional arguments; what they mean is in the header of each file.
 */
import { readFileSync } from "node:fs";
import type { Result } from "ioredis";

/** Flat `member, score, member, score ...`. */
type FlatHints = string[];
export type TakeReply = [cursor: string, high: FlatHints, medium: FlatHints, low: FlatHints];
/** Keys or texts, one a level. */
type ThreeLevels = [high: string, medium: string, low: string];
type FourKeys = [...ThreeLevels, hungry: string];

declare module "ioredis" {
  interface RedisCommander<Context> {
    musterTake(
      ...a: [...FourKeys, max: number, ageUs: string, types: string, cursor: string]
    ): Result<TakeReply, Context>;
    musterPut(...a: [...FourKeys, ...ThreeLevels, channel: string, message: string]): Result<number, Context>;
    musterDiscard(...a: [...ThreeLevels, members: string]): Result<number, Context>;
    musterMissing(...a: [...ThreeLevels, members: string]): Result<number[], Context>;
    musterDepth(...a: ThreeLevels): Result<[number, number, number], Context>;
    musterSentinel(key: string, runId: string, token: string): Result<string, Context>;
    musterHeal(...a: ThreeLevels): Result<number, Context>;
  }
}

const SCRIPTS = {
  musterTake: { file: "take", keys: 4 },
  musterPut: { file: "put", keys: 4 },
  musterDiscard: { file: "discard", keys: 3 },
  musterMissing: { file: "missing", keys: 3 },
  musterDepth: { file: "depth", keys: 3 },
  musterSentinel: { file: "sentinel", keys: 1 },
  musterHeal: { file: "heal", keys: 3 },
};

/** For the `scripts` option of the client, which then has each as a method. */
export function loadScripts(): Record<string, { readonly lua: string; readonly numberOfKeys: number }> {
  const entries = Object.entries(SCRIPTS).map(([command, { file, keys }]) => {
    const lua = readFileSync(new URL(`lua/${file}.lua`, import.meta.url), "utf8");
    return [command, { lua, numberOfKeys: keys }] as const;
  });
  return Object.fromEntries(entries);
}
