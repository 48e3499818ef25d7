/**
 * The server side of the worker stream, ready to be added to a gRPC server:
 * `server.addService(stream.definition, stream.implementation)`. main.ts wires it to the coordinator.
 */
import type {
  WorkerServiceDefinition,
  WorkerServiceHandlers,
} from "../../../proto/gen/muster/worker/v1/WorkerService.js";
import { allServices } from "../../../proto/load.js";
import { encodeFrame } from "./encode-frame.js";
import { StreamRegistry } from "./registry.js";
import type { DrainAllOrder, WorkerStreamOptions } from "./settings.js";

export type { DrainAllOrder, WorkerStreamOptions } from "./settings.js";

export interface WorkerStreamService {
  readonly definition: WorkerServiceDefinition;
  readonly implementation: WorkerServiceHandlers;
  /** Refuses new streams and ends the open ones; resolves when none is left. */
  drainAll(order: DrainAllOrder): Promise<void>;
  openCount(): number;
}

export function createWorkerStreamService(options: WorkerStreamOptions): WorkerStreamService {
  const registry = new StreamRegistry(options);
  return {
    definition: withFrames(allServices().worker.WorkerService.service),
    implementation: { Connect: (call) => registry.accept(call) },
    drainAll: (order) => registry.drainAll(order),
    openCount: () => registry.count,
  };
}

function withFrames(definition: WorkerServiceDefinition): WorkerServiceDefinition {
  const { responseSerialize } = definition.Connect;
  return {
    ...definition,
    Connect: {
      ...definition.Connect,
      responseSerialize: (frame) => encodeFrame(frame) ?? responseSerialize(frame),
    },
  };
}
