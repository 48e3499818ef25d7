/**
 * How late the event loop is. One loop carries streams, SQL and timers, so its lag is the first sign of overload.
 * The sampler reports the time between its own ticks; what is above the tick length is lag.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

const TICK_MS = 10;

export interface LoopLag {
  /** Seconds at 0.5, 0.99 and 1, since the last call. Starts a new window. */
  take(): { readonly p50: number; readonly p99: number; readonly max: number };
  stop(): void;
}

export function startLoopLag(): LoopLag {
  const histogram = monitorEventLoopDelay({ resolution: TICK_MS });
  histogram.enable();
  const lagSeconds = (ns: number) => Math.max(0, ns / 1e9 - TICK_MS / 1e3);
  return {
    take() {
      if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
      const taken = {
        p50: lagSeconds(histogram.percentile(50)),
        p99: lagSeconds(histogram.percentile(99)),
        max: lagSeconds(histogram.max),
      };
      histogram.reset();
      return taken;
    },
    stop: () => {
      histogram.disable();
    },
  };
}
