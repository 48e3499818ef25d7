/**
 * The Metrics port over prom-client: the only file that knows the library. Creates every metric of the catalog in
 * a registry of its own and fills the gauges when somebody scrapes. Reporting never throws; a source of a gauge
 * that fails or takes too long leaves a gap and does not hold up the scrape.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import {
  LANES,
  RESCUE_REASONS,
  TIMEOUTS,
  SESSION_GAUGE_STATES,
  type GaugeSources,
  type Metrics,
} from "../core/metrics.js";
import { queueKeyText, type QueueKey } from "../core/ports.js";
import { PRUNED_KINDS } from "../core/retention.js";
import { FIRE_OUTCOMES } from "../core/schedule.js";
import { boundedLabel } from "./bounded-label.js";
import { CATALOG } from "./metric-catalog.js";
import { startLoopLag } from "./loop-lag.js";
import { queueDepthSeries } from "./queue-depth-series.js";

/** Queues with a label of their own; further ones share the label "other". */
const QUEUE_LABELS_MAX = 200;
const SOURCE_TIMEOUT_MS = 2_000;

type Rows = typeof CATALOG;
type Instrument<Row extends Rows[keyof Rows]> = Row["type"] extends "counter"
  ? Counter<Row["labels"][number]>
  : Row["type"] extends "gauge"
    ? Gauge<Row["labels"][number]>
    : Histogram<Row["labels"][number]>;
type Instruments = { readonly [Key in keyof Rows]: Instrument<Rows[Key]> };

export interface ServedMetrics extends Metrics {
  /** The text that Prometheus reads. Never rejects because of a source. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Ends the sampling of the event loop. */
  stop(): void;
}

export function createMetrics(): ServedMetrics {
  const registry = new Registry();
  const metrics = createInstruments(registry);
  showZeros(metrics);
  const sources: Partial<GaugeSources> = {};
  const loopLag = startLoopLag();
  let cpuSecondsSeen = 0;

  function readProcess(): void {
    const lag = loopLag.take();
    metrics.loopLagSeconds.set({ quantile: "0.5" }, lag.p50);
    metrics.loopLagSeconds.set({ quantile: "0.99" }, lag.p99);
    metrics.loopLagSeconds.set({ quantile: "0.999" }, lag.p999);
    metrics.loopLagSeconds.set({ quantile: "1" }, lag.max);
    const memory = process.memoryUsage();
    metrics.residentBytes.set(memory.rss);
    metrics.heapBytes.set(memory.heapUsed);
    const cpu = process.cpuUsage();
    const cpuSeconds = (cpu.user + cpu.system) / 1e6;
    metrics.cpuSeconds.inc(Math.max(0, cpuSeconds - cpuSecondsSeen));
    cpuSecondsSeen = cpuSeconds;
    metrics.startTime.set(Math.round(Date.now() / 1e3 - process.uptime()));
  }

  return {
    ...reporters(metrics),
    collectFrom: (given) => {
      Object.assign(sources, given);
    },
    async scrape() {
      readProcess();
      readSimpleSources(metrics, sources);
      await readQueueDepths(metrics, sources);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    stop: () => {
      loopLag.stop();
    },
  };
}

function createInstruments(registry: Registry): Instruments {
  const made = Object.entries(CATALOG).map(([key, row]) => {
    const { name, help, labels: labelNames } = row;
    const shared = { name, help, labelNames, registers: [registry] };
    if (row.type === "counter") return [key, new Counter(shared)];
    if (row.type === "gauge") return [key, new Gauge(shared)];
    return [key, new Histogram({ ...shared, buckets: [...row.buckets] })];
  });
  return Object.fromEntries(made) as Instruments;
}

/** Series whose labels are known appear from the start, so that the first event already shows as a change. */
function showZeros(metrics: Instruments): void {
  for (const outcome of ["new", "resumed", "failed"]) metrics.registrations.inc({ outcome }, 0);
  for (const reason of RESCUE_REASONS) metrics.rescues.inc({ reason }, 0);
  for (const kind of PRUNED_KINDS) metrics.prunedRows.inc({ kind }, 0);
  for (const outcome of FIRE_OUTCOMES) metrics.scheduleFires.inc({ outcome }, 0);
  for (const timeout of TIMEOUTS) metrics.timeouts.inc({ timeout }, 0);
  for (const lane of LANES) {
    metrics.flushItems.zero({ lane });
    metrics.flushSeconds.zero({ lane });
  }
}

/** A clock that went backwards gives a negative duration, which the library would throw on. */
function positive(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0;
}

function reporters(metrics: Instruments): Omit<Metrics, "collectFrom"> {
  const known = boundedLabel(QUEUE_LABELS_MAX);
  const queueLabel = (queue: QueueKey) => known(queueKeyText(queue));
  return {
    registered(outcome, seconds) {
      metrics.registrations.inc({ outcome });
      metrics.registrationSeconds.observe({ outcome }, positive(seconds));
    },
    foreignKeyViolated: () => metrics.foreignKeyViolations.inc(),
    transactionRetried: (sqlstate) =>
      metrics.transactionRetries.inc({ sqlstate_class: sqlstate.slice(0, 2) }),
    deadlocked: () => metrics.deadlocks.inc(),
    submitted(jobs) {
      metrics.submissions.inc();
      metrics.jobsSubmitted.inc(positive(jobs));
    },
    submissionRejected: (code) => metrics.submissionsRejected.inc({ code }),
    assigned: (queue, jobs) => metrics.assignments.inc({ queue: queueLabel(queue) }, positive(jobs)),
    pushed: (seconds) => metrics.pushSeconds.observe(positive(seconds)),
    resultsDecided: (disposition, outcome, count) =>
      metrics.results.inc({ disposition, outcome }, positive(count)),
    cascaded(dependents, seconds) {
      metrics.cascadeJobs.observe(positive(dependents));
      metrics.cascadeSeconds.observe(positive(seconds));
    },
    rescued: (reason, jobs) => metrics.rescues.inc({ reason }, positive(jobs)),
    timedOut: (timeout, jobs) => metrics.timeouts.inc({ timeout }, positive(jobs)),
    flushed(lane, items, seconds) {
      metrics.flushItems.observe({ lane }, positive(items));
      metrics.flushSeconds.observe({ lane }, positive(seconds));
    },
    scheduleFired(outcome, lateSeconds) {
      metrics.scheduleFires.inc({ outcome });
      if (outcome === "submitted") metrics.scheduleLateSeconds.observe(positive(lateSeconds));
    },
    schedulesPassedOver: (fires) => metrics.schedulesPassedOver.inc(positive(fires)),
    pruned: (kind, rows) => metrics.prunedRows.inc({ kind }, positive(rows)),
    hintsMissed({ returned, stale }) {
      metrics.hintsReturned.inc(positive(returned));
      metrics.hintsStale.inc(positive(stale));
    },
    heldAtClaim: (limit, jobs) => metrics.heldAtClaim.inc({ limit }, positive(jobs)),
    limitsRead: (what) => metrics.limitsRead.inc({ what }),
    driftRepaired: (hints) => metrics.redisDrift.inc(positive(hints)),
    rpcEnded(method, status, seconds) {
      metrics.rpcs.inc({ method, status });
      if (seconds !== null) metrics.rpcSeconds.observe({ method }, positive(seconds));
    },
    frameReceived: (kind) => metrics.framesReceived.inc({ kind }),
    frameSent: (kind) => metrics.framesSent.inc({ kind }),
    slowConsumerCut: () => metrics.slowConsumers.inc(),
    noticesDropped: (notices) => metrics.noticesDropped.inc(positive(notices)),
  };
}

function readSimpleSources(metrics: Instruments, sources: Partial<GaugeSources>): void {
  const states = sources.sessions?.();
  for (const state of SESSION_GAUGE_STATES) metrics.sessions.set({ state }, states?.[state] ?? 0);
  metrics.creditFree.set(sources.creditFree?.() ?? 0);
  metrics.redisUp.set(sources.isReadyQueueUp?.() === true ? 1 : 0);
  metrics.storeUp.set(sources.isStoreUp?.() === true ? 1 : 0);
}

async function readQueueDepths(metrics: Instruments, sources: Partial<GaugeSources>): Promise<void> {
  const depths = await inTime(sources.queueDepths?.() ?? Promise.resolve([]));
  metrics.queueDepth.reset();
  for (const { queue, level, jobs } of queueDepthSeries(depths ?? [], QUEUE_LABELS_MAX)) {
    metrics.queueDepth.set({ queue, level }, jobs);
  }
}

/** The value, or null when it failed or did not come in time. Being away is shown by muster_redis_up. */
async function inTime<T>(promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, SOURCE_TIMEOUT_MS, null);
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
