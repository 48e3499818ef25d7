/**
 * A server interceptor that times every call of the contract, and keeps the open health and reflection streams
 * at hand: those belong to libraries that never end them, and would hold a graceful stop until its grace is over.
 * Adds nothing to a message's way but one function call, and takes one write from that of a unary answer.
 */
import {
  ServerInterceptingCall,
  status,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import { ERRORS, type GrpcStatus } from "../core/errors.js";
import type { Metrics } from "../core/metrics.js";

export type RpcObserver = Pick<Metrics, "rpcEnded">;

export interface CallTracker {
  readonly interceptor: ServerInterceptor;
  /** Ends the open health and reflection streams with UNAVAILABLE. */
  endForeignStreams(): void;
}

export function trackCalls(observer: RpcObserver): CallTracker {
  const foreign = new Set<ServerInterceptingCallInterface>();
  const interceptor: ServerInterceptor = (method, call) => {
    const startedMonoMs = performance.now();
    const name = ownMethod(method.path);
    let hasEnded = false;
    const end = (outcome: Ending): void => {
      foreign.delete(call);
      if (hasEnded || name === null) return;
      hasEnded = true;
      const isStream = method.requestStream || method.responseStream;
      observer.rpcEnded(name, outcome, isStream ? null : (performance.now() - startedMonoMs) / 1_000);
    };
    const isUnary = !method.requestStream && !method.responseStream;
    return new (isUnary ? UnaryCall : ServerInterceptingCall)(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, pass) => {
            if (name === null && method.responseStream) foreign.add(call);
            pass(metadata);
          },
          onCancel: () => end(isPast(call.getDeadline()) ? "DEADLINE_EXCEEDED" : "CANCELLED"),
        });
      },
      sendStatus: (sent, next) => {
        end(endingOf(sent.code));
        next(sent);
      },
    });
  };
  return {
    interceptor,
    endForeignStreams: () => {
      for (const call of foreign) {
        call.sendStatus({ code: status.UNAVAILABLE, details: "this replica is stopping", metadata: null });
      }
      foreign.clear();
    },
  };
}

/**
 * The library ends a unary call when its message has been written: two writes, and a turn of everything else that
 * waits in between. A message whose status follows in the same turn leaves with it in one write.
 */
class UnaryCall extends ServerInterceptingCall {
  override sendMessage(message: unknown, written: () => void): void {
    super.sendMessage(message, () => undefined);
    written();
  }
}

/** CANCELLED covers every end that was not ours: the client left, or sent what could not be read. */
type Ending = GrpcStatus | "OK" | "CANCELLED" | "UNKNOWN";

const OWN_ENDINGS: ReadonlySet<string> = new Set([
  "OK",
  "CANCELLED",
  ...Object.values(ERRORS).map((row) => row.status),
]);

/** What a status is counted as. */
export function endingOf(code: number): Ending {
  const name = status[code];
  return name !== undefined && OWN_ENDINGS.has(name) ? (name as Ending) : "UNKNOWN";
}

/** `Service/Method` for the services of the contract, null for health and reflection. */
function ownMethod(path: string): string | null {
  return /^\/muster\.[a-z]+\.v\d+\.(\w+\/\w+)$/.exec(path)?.[1] ?? null;
}

function isPast(deadline: Date | number): boolean {
  return Number(deadline) <= Date.now();
}
