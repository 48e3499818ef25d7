/** Muster as one of the contenders: a server process of its own on the same stores, worker processes of the SDK. */
import { Client } from "../../worker-sdk/typescript/index.js";
import { openGround } from "../grounds.js";
import { AsyncStack } from "../support/async-stack.js";
import type { BenchPayload } from "../support/worker-messages.js";
import { WorkerPool } from "../support/worker-pool.js";
import type { Contender } from "./contender.js";

export interface MusterSettings {
  readonly workers: number;
  readonly slots: number;
  readonly transport: "thread" | "inline";
  readonly env: Readonly<Record<string, string>>;
}

export function musterContender({ workers, slots, transport, env }: MusterSettings): Contender {
  return {
    name: "muster",
    setting: `drain: ${workers} worker processes x ${slots} slots; otherwise 1; transport ${transport}`,
    share: 1,
    guarantees: {
      durable: "yes",
      history: "yes, with every execution",
      dependencies: "graphs, immediate",
      protocol: "gRPC stream, pushed, fenced",
    },
    async open(stores) {
      const stack = new AsyncStack();
      const options = { stores, cpuProfileDirectory: undefined };
      const { servers } = await openGround({ servers: 1, env }, options, stack);
      const address = servers[0]?.address ?? "";
      const client = new Client({ address, deadlineMs: 120_000 });
      const toJob = (payload: BenchPayload) => ({ type: "bench", queue: "bench", payload });
      return {
        add: (payload) => client.submit(toJob(payload)),
        addMany: (payloads) => client.submit(payloads.map(toJob)),
        workers: (kind) => {
          const settings = { address, queue: "bench", streams: 1, slots, window: undefined, transport };
          const names = Array.from({ length: kind === "drain" ? workers : 1 }, (_, at) => `bench-${at}`);
          return WorkerPool.start(names.map((name) => ({ ...settings, name })));
        },
        async close() {
          client.close();
          await stack.unwind();
        },
      };
    },
  };
}
