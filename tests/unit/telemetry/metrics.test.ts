/** The Metrics port as it appears to whoever scrapes it. */
import { expect } from "chai";
import { createMetrics, type ServedMetrics } from "../../../server/telemetry/metrics.js";

const QUEUE = { namespace: "default", name: "mail" };

/** Value of one series, or undefined when it is not shown. */
async function value(metrics: ServedMetrics, series: string): Promise<number | undefined> {
  const { body } = await metrics.scrape();
  const line = body.split("\n").find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe("createMetrics", () => {
  let metrics: ServedMetrics;
  beforeEach(() => {
    metrics = createMetrics();
  });
  afterEach(() => {
    metrics.stop();
  });

  it("shows what must stay 0, and series with known labels, before anything happened", async () => {
    expect(await value(metrics, "muster_foreign_key_violations_total")).to.equal(0);
    expect(await value(metrics, "muster_deadlocks_total")).to.equal(0);
    expect(await value(metrics, 'muster_registrations_total{outcome="new"}')).to.equal(0);
    expect(await value(metrics, 'muster_flush_seconds_count{lane="heartbeat"}')).to.equal(0);
    expect(await value(metrics, "muster_store_up")).to.equal(0);
  });

  it("counts each report under its own name", async () => {
    metrics.registered("new", 0.004);
    metrics.foreignKeyViolated();
    metrics.transactionRetried("40001");
    metrics.deadlocked();
    metrics.submitted(25);
    metrics.submissionRejected("CYCLE");
    metrics.assigned(QUEUE, 3);
    metrics.pushed(0.002);
    metrics.resultsDecided("committed", "succeeded", 1);
    metrics.cascaded(50, 0.01);
    metrics.rescued("lease_expired", 7);
    metrics.flushed("finish", 64, 0.003);
    metrics.hintsMissed({ returned: 2, stale: 5 });
    metrics.driftRepaired(11);
    metrics.rpcEnded("JobsService/GetJob", "NOT_FOUND", 0.001);
    metrics.rpcEnded("WorkerService/Connect", "OK", null);
    metrics.frameReceived("heartbeat");
    metrics.frameSent("assignments");
    metrics.slowConsumerCut();
    metrics.noticesDropped(4);
    const { body } = await metrics.scrape();
    const lines = body.split("\n");
    expect(lines).to.include.members([
      'muster_registrations_total{outcome="new"} 1',
      'muster_registration_seconds_bucket{le="0.005",outcome="new"} 1',
      "muster_foreign_key_violations_total 1",
      'muster_transaction_retries_total{sqlstate_class="40"} 1',
      "muster_deadlocks_total 1",
      "muster_submissions_total 1",
      "muster_jobs_submitted_total 25",
      'muster_submissions_rejected_total{code="CYCLE"} 1',
      'muster_assignments_total{queue="default/mail"} 3',
      "muster_push_seconds_count 1",
      'muster_results_total{disposition="committed",outcome="succeeded"} 1',
      "muster_cascade_jobs_sum 50",
      "muster_cascade_seconds_sum 0.01",
      'muster_rescues_total{reason="lease_expired"} 7',
      'muster_flush_items_sum{lane="finish"} 64',
      'muster_flush_seconds_sum{lane="finish"} 0.003',
      "muster_hints_returned_total 2",
      "muster_hints_stale_total 5",
      "muster_redis_drift_total 11",
      'muster_rpcs_total{method="JobsService/GetJob",status="NOT_FOUND"} 1',
      'muster_rpcs_total{method="WorkerService/Connect",status="OK"} 1',
      'muster_rpc_seconds_count{method="JobsService/GetJob"} 1',
      'muster_frames_received_total{kind="heartbeat"} 1',
      'muster_frames_sent_total{kind="assignments"} 1',
      "muster_slow_consumers_total 1",
      "muster_notices_dropped_total 4",
    ]);
    expect(body).to.not.contain('muster_rpc_seconds_count{method="WorkerService/Connect"}');
  });

  it("asks its sources when scraped, and each owner may give its own", async () => {
    let depth = { high: 1, medium: 2, low: 3 };
    metrics.collectFrom({
      queueDepths: () => Promise.resolve([{ queue: QUEUE, depth }]),
      creditFree: () => 96,
    });
    metrics.collectFrom({ isStoreUp: () => true, sessions: () => ({ active: 3, draining: 0, detached: 1 }) });
    expect(await value(metrics, 'muster_queue_depth{queue="default/mail",level="low"}')).to.equal(3);
    depth = { high: 0, medium: 0, low: 9 };
    expect(await value(metrics, 'muster_queue_depth{queue="default/mail",level="low"}')).to.equal(9);
    expect(await value(metrics, "muster_credit_free")).to.equal(96);
    expect(await value(metrics, "muster_store_up")).to.equal(1);
    expect(await value(metrics, "muster_redis_up")).to.equal(0);
    expect(await value(metrics, 'muster_sessions{state="detached"}')).to.equal(1);
  });

  it("leaves a gap where a source fails, and still answers", async () => {
    metrics.collectFrom({
      queueDepths: () => Promise.resolve([{ queue: QUEUE, depth: { high: 1, medium: 0, low: 0 } }]),
    });
    expect(await value(metrics, 'muster_queue_depth{queue="default/mail",level="high"}')).to.equal(1);
    metrics.collectFrom({ queueDepths: () => Promise.reject(new Error("away")) });
    expect(await value(metrics, 'muster_queue_depth{queue="default/mail",level="high"}')).to.equal(undefined);
  });

  it("does not let clients add series without bound", async () => {
    for (let index = 0; index < 300; index++)
      metrics.assigned({ namespace: "default", name: `q${index}` }, 1);
    metrics.assigned({ namespace: "default", name: "q0" }, 1);
    expect(await value(metrics, 'muster_assignments_total{queue="default/q0"}')).to.equal(2);
    expect(await value(metrics, 'muster_assignments_total{queue="other"}')).to.equal(100);
  });

  it("takes a duration from a clock that went backwards as 0", async () => {
    metrics.pushed(-3);
    metrics.pushed(Number.NaN);
    expect(await value(metrics, "muster_push_seconds_sum")).to.equal(0);
    expect(await value(metrics, "muster_push_seconds_count")).to.equal(2);
  });

  it("tells of the process", async () => {
    expect(await value(metrics, "process_resident_memory_bytes")).to.be.greaterThan(1e6);
    expect(await value(metrics, "process_cpu_seconds_total")).to.be.greaterThan(0);
    expect(await value(metrics, 'muster_event_loop_lag_seconds{quantile="0.99"}')).to.be.least(0);
    expect(await value(metrics, `muster_event_loop_lag_seconds{quantile="0.999"}`)).to.be.least(0);
  });
});
