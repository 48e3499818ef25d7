/**
 * How late the event loop is. One loop carries streams, SQL and timers, so its lag is the first sign of overload.
 * A timer notes how much later than due it fires. The sampler of perf_hooks is not used: it forgets the tick after
 * each reset, and with it a loop that was blocked while somebody scraped.
 */
import { createHistogram } from "node:perf_hooks";

const TICK_MS = 10;
const NS_PER_MS = 1e6;

export interface LoopLag {
  /** Seconds at 0.5, 0.99, 0.999 and 1, since the last call. Starts a new window. */
  take(): { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
  stop(): void;
}

export function startLoopLag(): LoopLag {
  const lateNs = createHistogram();
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // A histogram takes whole numbers from 1.
    lateNs.record(Math.max(1, Math.round((nowMs - lastMs - TICK_MS) * NS_PER_MS)));
    lastMs = nowMs;
  }, TICK_MS);
  timer.unref();
  return {
    take() {
      const seconds = (ns: number) => (lateNs.count === 0 ? 0 : ns / 1e9);
      const taken = {
        p50: seconds(lateNs.percentile(50)),
        p99: seconds(lateNs.percentile(99)),
        p999: seconds(lateNs.percentile(99.9)),
        max: seconds(lateNs.max),
      };
      lateNs.reset();
      return taken;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
