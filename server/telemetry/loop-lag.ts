/**
 * How late the event loop is. One loop carries streams, SQL and timers, so its lag is the first sign of overload.
 * A timer notes how much later than due it fires. The sampler of perf_hooks is not used: it forgets the tick after
 * each reset, and with it a loop that was blocked while somebody scraped.
 */
import { createHistogram } from "node:perf_hooks";

const TICK_MS = 10;
/** While the loop does next to nothing: a hundred wake-ups a second would be a good part of what an idle server costs. */
const IDLE_TICK_MS = 50;
/** Part of the time that the loop is busy. */
const BUSY = 0.1;
const NS_PER_MS = 1e6;

export interface LoopLag {
  /** Seconds at 0.5, 0.99, 0.999 and 1, since the last call. Starts a new window. */
  take(): { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
  stop(): void;
}

export function startLoopLag(): LoopLag {
  const lateNs = createHistogram();
  let timer: NodeJS.Timeout;
  let used = performance.eventLoopUtilization();
  const arm = (tickMs: number): void => {
    const dueMs = performance.now() + tickMs;
    timer = setTimeout(() => {
      // A histogram takes whole numbers from 1.
      lateNs.record(Math.max(1, Math.round((performance.now() - dueMs) * NS_PER_MS)));
      const usedNow = performance.eventLoopUtilization();
      const isBusy = performance.eventLoopUtilization(usedNow, used).utilization > BUSY;
      used = usedNow;
      arm(isBusy ? TICK_MS : IDLE_TICK_MS);
    }, tickMs).unref();
  };
  arm(TICK_MS);
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
      clearTimeout(timer);
    },
  };
}
