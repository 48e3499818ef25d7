// Original file: proto/muster/worker/v1/worker_service.proto

import type { Long } from "@grpc/proto-loader";

/**
 * Absolute limits, as in QUIC MAX_DATA; the newest generation wins. The server counts what is outstanding.
 */
export interface FlowWindow {
  /**
   * jobs assigned and not yet settled, 0..10000; 0 pauses
   */
  maxInFlight?: number;
  /**
   * of payloads, checkpoints and parents' outputs; 0: no limit of its own
   */
  maxInFlightBytes?: number | string | Long;
  generation?: number | string | Long;
}

/**
 * Absolute limits, as in QUIC MAX_DATA; the newest generation wins. The server counts what is outstanding.
 */
export interface FlowWindow__Output {
  /**
   * jobs assigned and not yet settled, 0..10000; 0 pauses
   */
  maxInFlight?: number;
  /**
   * of payloads, checkpoints and parents' outputs; 0: no limit of its own
   */
  maxInFlightBytes?: number;
  generation?: number;
}
