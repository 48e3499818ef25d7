/**
 * The check at start that Redis will not throw hints away by itself. Only reports: whether to refuse to start is
 * the caller's decision, because an operator may override it.
 */
import { holdersOf } from "./client.js";
import type { RedisLink } from "./link.js";

/**
 * Null when the policy is `noeviction`, else the problem as one sentence.
 * @throws ReadyQueueDown when Redis cannot be reached
 */
export async function evictionPolicyProblem(link: RedisLink): Promise<string | null> {
  const infos = await link.run((redis) => Promise.all(holdersOf(redis).map((node) => node.info("memory"))));
  const policies = infos.map((info) => /^maxmemory_policy:(\S+)/m.exec(info)?.[1]);
  if (policies.every((policy) => policy === "noeviction")) return null;
  const policy = policies.find((found) => found !== "noeviction");
  return `Redis maxmemory-policy: expected noeviction, got ${policy ?? "no answer"}; it may evict ready hints`;
}
