/**
 * Makes the clients of one Redis or of a Redis Cluster from what REDIS_URL says, and knows the difference between
 * the two for the rest of this folder: several URLs, or a `redis+cluster://` one, name nodes of a cluster. In a
 * cluster the keys of one queue lie in one slot, so scripts go to one node; MOVED, ASK and TRYAGAIN are followed by
 * the client. A command may then be sent a second time, which every script here bears. Called by link.ts.
 */
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { loadScripts } from "./scripts.js";

export type RedisClient = Redis | Cluster;

export interface ClientSettings {
  readonly connectionName: string;
  /** Bounds handshakes, and how long a late answer is waited for, ms. */
  readonly commandTimeout: number;
  readonly connectTimeout: number;
  readonly disconnectTimeout: number;
  readonly enableOfflineQueue: false;
  readonly maxRetriesPerRequest: number;
  readonly autoResendUnfulfilledCommands: false;
  readonly autoResubscribe: false;
  /** How long until the next attempt to connect, ms. */
  readonly retryStrategy: (attempt: number) => number;
}

const CLUSTER_SCHEME = /^rediss?\+cluster:/;
const DEFAULT_PORT = 6_379;
/** Of one command: a slot that moves answers ASK, MOVED or TRYAGAIN for a moment. */
const REDIRECTIONS_MAX = 8;
const REDIRECTION_DELAY_MS = 25;

/** @param url `redis://` or `rediss://`; several with commas between them, or `redis+cluster://`: a cluster */
export function openClient(url: string, settings: ClientSettings): RedisClient {
  const urls = url.split(",").map((text) => text.trim());
  const [first = ""] = urls;
  const scripts = loadScripts();
  if (urls.length === 1 && !CLUSTER_SCHEME.test(first)) return new Redis(first, { ...settings, scripts });
  const { retryStrategy, enableOfflineQueue, ...redisOptions } = settings;
  return new Cluster(urls.map(nodeOf), {
    scripts,
    clusterRetryStrategy: retryStrategy,
    enableOfflineQueue,
    maxRedirections: REDIRECTIONS_MAX,
    retryDelayOnClusterDown: REDIRECTION_DELAY_MS,
    retryDelayOnFailover: REDIRECTION_DELAY_MS,
    retryDelayOnTryAgain: REDIRECTION_DELAY_MS,
    slotsRefreshTimeout: settings.connectTimeout,
    redisOptions: { ...redisOptions, ...accessOf(first) },
  });
}

/** Every node that holds hints: the one Redis, or all masters. */
export function holdersOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes("master") : [client];
}

/** Resolves when everything that holds hints answers; a cluster must also serve every slot. */
export async function signOfLife(client: RedisClient): Promise<void> {
  const holders = holdersOf(client);
  await Promise.all(holders.map((holder) => holder.ping()));
  if (!(client instanceof Cluster)) return;
  const info = String(await holders[0]?.cluster("INFO"));
  if (!/^cluster_state:ok/m.test(info)) throw new Error("CLUSTERDOWN not every slot is served");
}

/** Whether this error of a cluster means that a part of it is away, rather than that a command was wrong. */
export function isPartAway(client: RedisClient, error: unknown): boolean {
  const words =
    /CLUSTERDOWN|MASTERDOWN|Connection is closed|None of startup nodes|Too many Cluster redir|refresh slots/;
  return client instanceof Cluster && error instanceof Error && words.test(error.message);
}

function nodeOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? DEFAULT_PORT : Number(port) };
}

/** Name, password and TLS are those of the first URL; nodes of one cluster share them. */
function accessOf(url: string): Pick<RedisOptions, "username" | "password" | "tls"> {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username !== "" && { username: decodeURIComponent(username) }),
    ...(password !== "" && { password: decodeURIComponent(password) }),
    ...(protocol.startsWith("rediss") && { tls: {} }),
  };
}
