/**
 * A Redis Cluster of three masters of our own, without replicas, on loopback. Slots can be moved while it is in
 * use, step by step as `redis-cli --cluster reshard` does it: import, migrate every key, tell everybody. A node that
 * is killed and started again is the same node with nothing in it.
 */
import { Redis } from "ioredis";
import { eventually } from "./eventually.js";
import { freePort } from "./free-port.js";
import { PrivateRedis } from "./private-redis.js";

const SLOTS = 16_384;
const NODES = 3;
const NODE_TIMEOUT_MS = 2_000;

export interface ClusterNode {
  readonly server: PrivateRedis;
  /** Of the cluster. */
  readonly id: string;
  /** A plain connection to this node alone. */
  readonly redis: Redis;
}

export class RedisCluster {
  readonly nodes: readonly ClusterNode[];

  private constructor(nodes: readonly ClusterNode[]) {
    this.nodes = nodes;
  }

  static async start(): Promise<RedisCluster> {
    const nodes: ClusterNode[] = [];
    const busPorts: number[] = [];
    for (let n = 0; n < NODES; n++) {
      const busPort = await freePort();
      busPorts.push(busPort);
      const args = ["--cluster-enabled", "yes", "--cluster-port", String(busPort)];
      const server = await PrivateRedis.start({
        args: [...args, "--cluster-node-timeout", String(NODE_TIMEOUT_MS)],
      });
      const redis = new Redis(server.url.replace(/\/0$/, ""));
      redis.on("error", () => undefined); // it is killed at times
      nodes.push({ server, id: String(await redis.cluster("MYID")), redis });
    }
    const share = Math.ceil(SLOTS / NODES);
    for (const [n, { redis }] of nodes.entries()) {
      await redis.call("CLUSTER", "ADDSLOTSRANGE", n * share, Math.min(SLOTS, (n + 1) * share) - 1);
      for (const [other, { server }] of nodes.entries()) {
        if (other !== n) await redis.call("CLUSTER", "MEET", "127.0.0.1", server.port, busPorts[other] ?? 0);
      }
    }
    const cluster = new RedisCluster(nodes);
    await cluster.untilWhole();
    return cluster;
  }

  /** For REDIS_URL. */
  get url(): string {
    return this.nodes.map(({ server }) => `redis://127.0.0.1:${server.port}`).join(",");
  }

  /** Every node knows all of them and serves every slot. */
  async untilWhole(): Promise<void> {
    await eventually(async () => {
      const infos = await Promise.all(this.nodes.map(({ redis }) => redis.cluster("INFO")));
      return infos.every((info) => /cluster_state:ok/.test(info) && info.includes(`known_nodes:${NODES}`));
    }, 30_000);
  }

  /** The node that serves the key's slot by its own account. */
  async ownerOf(key: string): Promise<ClusterNode> {
    const slot = await this.#slotOf(key);
    for (const node of this.nodes) {
      const shards = (await node.redis.call("CLUSTER", "SLOTS")) as readonly [
        number,
        number,
        [string, number, string],
      ][];
      const owner = shards.find(([from, to]) => from <= slot && slot <= to)?.[2][2];
      if (owner === node.id) return node;
    }
    throw new Error(`nobody serves slot ${slot}`);
  }

  /** Moves the slot of a key to the next node while everybody goes on. @returns keys that were moved */
  async moveSlotOf(key: string): Promise<number> {
    const slot = await this.#slotOf(key);
    const from = await this.ownerOf(key);
    const to = this.nodes[(this.nodes.indexOf(from) + 1) % NODES] as ClusterNode;
    await to.redis.cluster("SETSLOT", slot, "IMPORTING", from.id);
    await from.redis.cluster("SETSLOT", slot, "MIGRATING", to.id);
    let moved = 0;
    for (;;) {
      const keys = await from.redis.cluster("GETKEYSINSLOT", slot, 1);
      const [next] = keys;
      if (next === undefined) break;
      await from.redis.call("MIGRATE", "127.0.0.1", to.server.port, next, 0, 5_000);
      moved++;
    }
    for (const { redis } of [to, from, ...this.nodes]) await redis.cluster("SETSLOT", slot, "NODE", to.id);
    return moved;
  }

  async stop(): Promise<void> {
    for (const { redis } of this.nodes) redis.disconnect();
    await Promise.all(this.nodes.map(({ server }) => server.stop()));
  }

  async #slotOf(key: string): Promise<number> {
    return Number(await this.nodes[0]?.redis.cluster("KEYSLOT", key));
  }
}
