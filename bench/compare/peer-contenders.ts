/**
 * The peers as contenders. They live in bench/peers with a package.json of their own and are installed there at the
 * first comparison; nothing else of the repository needs them. The adapters are plain JavaScript, imported from
 * where their packages are.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { WorkerPool } from "../support/worker-pool.js";
import type { Contender, Guarantees } from "./contender.js";

const FOLDER = new URL("../../../bench/peers/", import.meta.url); // from dist/bench/compare

interface PeerProducer {
  add(payload: object): Promise<unknown>;
  addMany(payloads: readonly object[]): Promise<unknown>;
  close(): Promise<unknown>;
}

interface PeerModule {
  readonly contenders: Readonly<
    Record<string, { producer(place: object): Promise<PeerProducer> } | undefined>
  >;
}

interface Peer {
  readonly name: string;
  readonly setting: string;
  readonly share: number;
  readonly guarantees: Guarantees;
}

const PEERS: readonly Peer[] = [
  {
    name: "bullmq-redis",
    setting: "concurrency 50",
    share: 1,
    guarantees: {
      durable: "no: the last second may be lost",
      history: "yes",
      dependencies: "trees",
      protocol: "Redis, pulled",
    },
  },
  {
    name: "bullmq-postgres",
    setting: "concurrency 50, pool 20",
    share: 0.2,
    guarantees: { durable: "yes", history: "yes", dependencies: "trees", protocol: "Postgres, LISTEN" },
  },
  {
    name: "bee-queue",
    setting: "concurrency 50, nothing stored",
    share: 1,
    guarantees: {
      durable: "no: the last second may be lost",
      history: "no",
      dependencies: "none",
      protocol: "Redis, pulled",
    },
  },
  {
    name: "pg-boss",
    setting: "batches of 500, burst while full; for latency batches of 10 and NOTIFY",
    share: 1,
    guarantees: {
      durable: "yes",
      history: "yes, no executions",
      dependencies: "graphs, released by a pass every 1 to 5 s",
      protocol: "Postgres, NOTIFY or polled",
    },
  },
  {
    name: "graphile-local-queue",
    setting: "24 jobs at once, local queue of 500, completions batched",
    share: 1,
    guarantees: {
      durable: "yes",
      history: "no, rows are deleted",
      dependencies: "none",
      protocol: "Postgres, LISTEN",
    },
  },
  {
    name: "graphile",
    setting: "24 jobs at once, no local queue",
    share: 0.25,
    guarantees: {
      durable: "yes",
      history: "no, rows are deleted",
      dependencies: "none",
      protocol: "Postgres, LISTEN",
    },
  },
];

/** Installs the peers when that was not done yet. @throws Error when npm fails */
export async function peerContenders(): Promise<readonly Contender[]> {
  install();
  const module = (await import(new URL("contenders.mjs", FOLDER).href)) as PeerModule;
  return PEERS.map((peer) => toContender(peer, module));
}

function install(): void {
  if (existsSync(new URL("node_modules/bullmq/package.json", FOLDER))) return;
  console.error(
    "installing the peers into bench/peers (two of them ask for a newer Node; they run on this one)",
  );
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit"], {
    cwd: fileURLToPath(FOLDER),
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function toContender(peer: Peer, module: PeerModule): Contender {
  return {
    ...peer,
    async open(stores) {
      const database = await stores.freshDatabase();
      const { redisUrl } = stores;
      const prefix = stores.freshKeyPrefix();
      const place = { databaseUrl: database.url, redisUrl, prefix, queue: "bench" };
      const producer = await module.contenders[peer.name]?.producer(place);
      if (producer === undefined) throw new Error(`no adapter for ${peer.name}`);
      return {
        add: (payload) => producer.add(payload),
        addMany: (payloads) => producer.addMany(payloads),
        workers: (kind) => {
          const settings = { peer: peer.name, place, isForLatency: kind === "push" };
          return WorkerPool.startProgram(fileURLToPath(new URL("worker.mjs", FOLDER)), [settings]);
        },
        async close() {
          await producer.close();
          await database.drop();
        },
      };
    },
  };
}
