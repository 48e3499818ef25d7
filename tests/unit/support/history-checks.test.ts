import { expect } from "chai";
import type {
  ClientRecord,
  ExecutionRecord,
  FinalJob,
  History,
  SessionRecord,
  SubmittedRecord,
  WorkerRecord,
} from "../../support/history.js";
import { breachesOf, CHECKS, expectHistoryClean, startedMoreThanOnce } from "../../support/history-checks.js";

const SUM = "5f";
const SESSION: SessionRecord = {
  sessionId: "7",
  workerId: "w1",
  registeredMs: 100,
  maxInFlight: 1,
  namespace: "default",
  subscriptions: [{ queue: "default", jobTypes: [] }],
  serverId: "s",
  endedMs: null,
  endReason: null,
};
const OTHER_SESSION: SessionRecord = { ...SESSION, sessionId: "8", workerId: "w2" };
const JOB = { namespace: "default", queue: "default", type: "t", priority: 3, readyMs: 100 } as const;

function submitted(jobId: string | null, parts: Partial<SubmittedRecord> = {}): SubmittedRecord {
  return { jobId, payloadSha256: SUM, parents: [], onParentFailure: "cancel", maxAttempts: 2, ...parts };
}

function execution(jobId: string, assignedMs: number, parts: Partial<ExecutionRecord> = {}): ExecutionRecord {
  const endedMs = assignedMs + 40;
  return {
    jobId,
    leaseEpoch: 1,
    attempt: 1,
    sessionId: "7",
    assignedMs,
    endedMs,
    outcome: "succeeded",
    ...parts,
  };
}

/** received, started, ended, acknowledged: 10 ms apart, beginning 10 ms after the assignment. */
function work(jobId: string, assignedMs: number, parts: Partial<WorkerRecord> = {}): WorkerRecord[] {
  const line = { workerId: "w1", pid: 1, jobId, attempt: 1, leaseEpoch: 1, ...parts };
  return [
    { ...line, event: "recv", atMs: assignedMs + 10, payloadSha256: parts.payloadSha256 ?? SUM },
    { ...line, event: "start", atMs: assignedMs + 20 },
    { ...line, event: "end", atMs: assignedMs + 30, outcome: parts.outcome ?? "succeeded" },
    {
      ...line,
      event: "ack",
      atMs: assignedMs + 50,
      outcome: "committed",
      willRetry: parts.willRetry ?? false,
    },
  ];
}

const CONFIRMED: WorkerRecord = { atMs: 110, workerId: "w1", pid: 1, event: "session", sessionId: "7" };

function final(state: FinalJob["state"], finishedMs: number | null, leaseEpoch = 1): FinalJob {
  return { ...JOB, key: null, state, finishedMs, leaseEpoch };
}

/** A parent and its child, each run once by w1. */
const CLEAN: History = {
  submitted: [submitted("a"), submitted("b", { parents: ["a"] })],
  client: [],
  workers: [CONFIRMED, ...work("a", 200), ...work("b", 300)],
  executions: [execution("a", 200), execution("b", 300)],
  sessions: [SESSION, OTHER_SESSION],
  finalJobs: new Map([
    ["a", final("succeeded", 240)],
    ["b", final("succeeded", 340)],
  ]),
};

/** A job that failed once and then succeeded, beside the two. */
const RETRIED: History = {
  ...CLEAN,
  submitted: [...CLEAN.submitted, submitted("c")],
  workers: [
    ...CLEAN.workers,
    ...work("c", 400, { outcome: "failed", willRetry: true }),
    ...work("c", 500, { attempt: 2, leaseEpoch: 2 }),
  ],
  executions: [
    ...CLEAN.executions,
    execution("c", 400, { outcome: "failed" }),
    execution("c", 500, { attempt: 2, leaseEpoch: 2 }),
  ],
  finalJobs: new Map([...CLEAN.finalJobs, ["c", final("succeeded", 540, 2)]]),
};

function client(
  kind: ClientRecord["kind"],
  jobId: string,
  atMs: number,
  state?: FinalJob["state"],
): ClientRecord {
  return { kind, jobId, atMs, ...(state !== undefined && { state }) };
}

function withFinal(history: History, jobId: string, job: FinalJob): History {
  return { ...history, finalJobs: new Map([...history.finalJobs, [jobId, job]]) };
}

/** In `CLEAN` or `RETRIED`, with the records that `pick` takes changed. */
function changed<K extends "workers" | "executions" | "submitted" | "sessions">(
  history: History,
  list: K,
  pick: (record: History[K][number]) => boolean,
  change: Partial<History[K][number]>,
): History {
  const records: readonly History[K][number][] = history[list];
  return { ...history, [list]: records.map((record) => (pick(record) ? { ...record, ...change } : record)) };
}

const isOf =
  (jobId: string, event?: WorkerRecord["event"]) =>
  (record: { jobId?: string | null; event?: string }): boolean =>
    record.jobId === jobId && (event === undefined || record.event === event);

/** What is planted, the promise it breaks, and the history that has it. Only that promise may be named. */
const PLANTED: [what: string, promise: keyof typeof CHECKS, history: History][] = [
  [
    "an acknowledged job that does not exist",
    "S1",
    { ...CLEAN, submitted: [...CLEAN.submitted, submitted("x")] },
  ],
  [
    "an acknowledged job that is still ready",
    "S1",
    withFinal({ ...CLEAN, submitted: [...CLEAN.submitted, submitted("x")] }, "x", final("ready", null, 0)),
  ],
  [
    "two jobs for one idempotency key",
    "S2",
    changed(CLEAN, "submitted", () => true, { idempotencyKey: "k" }),
  ],
  ["a job that nobody submitted", "S3", { ...CLEAN, submitted: CLEAN.submitted.filter(isOf("b")) }],
  [
    "another payload than submitted",
    "S3",
    changed(CLEAN, "workers", isOf("b", "recv"), { payloadSha256: "00" }),
  ],
  [
    "two accepted results of one assignment, the first of them a failure",
    "S4",
    {
      ...RETRIED,
      workers: [
        ...RETRIED.workers,
        ...RETRIED.workers.filter((r) => isOf("c", "ack")(r) && r.willRetry === true),
      ],
    },
  ],
  [
    "two accepted ends of one job",
    "S4",
    changed(RETRIED, "workers", (r) => isOf("c", "ack")(r) && r.leaseEpoch === 1, { willRetry: false }),
  ],
  [
    "a result accepted from another worker than it was assigned to",
    "S5",
    changed(CLEAN, "workers", isOf("b", "ack"), { workerId: "w2" }),
  ],
  [
    "a result accepted that the row does not know",
    "S5",
    changed(CLEAN, "executions", isOf("b"), { outcome: "lost" }),
  ],
  [
    "a job running twice at a time",
    "S6",
    // On two sessions, so that no window is over.
    {
      ...changed(RETRIED, "executions", (e) => isOf("c")(e) && e.leaseEpoch === 2, {
        assignedMs: 430,
        sessionId: "8",
      }),
      workers: RETRIED.workers.filter((r) => !(isOf("c")(r) && (r.leaseEpoch === 2 || r.event === "ack"))),
    },
  ],
  [
    "a job received before the session was confirmed",
    "S7",
    changed(CLEAN, "workers", (r) => r === CONFIRMED, { pid: 2 }),
  ],
  [
    "a job assigned before its session was registered",
    "S7",
    changed(CLEAN, "sessions", () => true, { registeredMs: 250 }),
  ],
  [
    "a job received and never assigned",
    "S8",
    {
      ...CLEAN,
      executions: CLEAN.executions.filter((e) => e.jobId === "a"),
      workers: CLEAN.workers.filter((record) => !isOf("b", "ack")(record)),
    },
  ],
  ["a job received as another attempt", "S8", changed(CLEAN, "workers", isOf("b"), { attempt: 2 })],
  [
    "a child that starts before its parent ends",
    "S10",
    changed(CLEAN, "workers", isOf("b", "start"), { atMs: 225 }),
  ],
  [
    "a child that is received before its parent is committed",
    "S10",
    withFinal(CLEAN, "a", final("succeeded", 320)),
  ],
  ["a child that ran although its parent is dead", "S10", withFinal(CLEAN, "a", final("dead", 240))],
  ["a cancelled job that succeeded", "S11", { ...CLEAN, client: [client("cancelled", "b", 350)] }],
  [
    "a cancelled job that was assigned afterwards",
    "S11",
    withFinal({ ...CLEAN, client: [client("cancelled", "b", 250)] }, "b", final("cancelled", 340)),
  ],
  ["a terminal state that changed", "S12", { ...CLEAN, client: [client("seen", "b", 350, "dead")] }],
  [
    "an epoch that was left out",
    "S13",
    {
      ...changed(RETRIED, "executions", (e) => e.leaseEpoch === 2, { leaseEpoch: 3 }),
      workers: RETRIED.workers.map((record) =>
        record.leaseEpoch === 2 ? { ...record, leaseEpoch: 3 } : record,
      ),
    },
  ],
  ["more attempts than allowed", "S13", changed(RETRIED, "submitted", isOf("c"), { maxAttempts: 1 })],
  [
    "an attempt that a lost worker spent",
    "S13",
    {
      ...changed(RETRIED, "executions", (e) => isOf("c")(e) && e.leaseEpoch === 1, { outcome: "lost" }),
      workers: RETRIED.workers.filter((r) => !(isOf("c")(r) && r.leaseEpoch === 1)),
    },
  ],
  [
    "a run after a success",
    "S13",
    {
      ...changed(RETRIED, "executions", (e) => isOf("c")(e) && e.leaseEpoch === 1, { outcome: "succeeded" }),
      workers: RETRIED.workers.filter((r) => !(isOf("c", "ack")(r) && r.leaseEpoch === 1)),
    },
  ],
  ["a retry before its time", "S17", changed(RETRIED, "submitted", isOf("c"), { backoffMs: 60_000 })],
  [
    "more jobs at once than the window",
    "S14",
    {
      ...CLEAN,
      submitted: [...CLEAN.submitted, submitted("x")],
      executions: [...CLEAN.executions, execution("x", 310)],
      finalJobs: new Map([...CLEAN.finalJobs, ["x", final("succeeded", 350)]]),
    },
  ],
];

PLANTED.push(
  [
    "a job that a worker of another namespace got",
    "S15",
    withFinal(CLEAN, "a", { ...final("succeeded", 240), namespace: "elsewhere" }),
  ],
  [
    "a job of a type that its session does not take",
    "S15",
    takingOnly({ queue: "default", jobTypes: ["u"] }),
  ],
  ["a job of a queue that its session does not take", "S15", takingOnly({ queue: "other", jobTypes: ["t"] })],
);

function takingOnly(subscription: SessionRecord["subscriptions"][number]): History {
  return changed(CLEAN, "sessions", () => true, { subscriptions: [subscription] });
}

describe("the history checks", () => {
  it("find nothing in clean histories", () => {
    expect(breachesOf(CLEAN)).to.deep.equal([]);
    expect(breachesOf(RETRIED)).to.deep.equal([]);
    expectHistoryClean(RETRIED, 4);
  });

  for (const [what, promise, history] of PLANTED) {
    it(`find ${what} (${promise})`, () => {
      const promises = new Set(breachesOf(history).map((breach) => breach.promise));
      expect([...promises]).to.deep.equal([promise]);
    });
  }

  it("have a planted breach for every promise", () => {
    expect(new Set(PLANTED.map(([, promise]) => promise))).to.deep.equal(new Set(Object.keys(CHECKS)));
  });

  it("refuse a history that says too little", () => {
    expect(() => expectHistoryClean(CLEAN, 3)).to.throw("expected 3 accepted results, got 2");
  });

  it("name what is broken", () => {
    const history = changed(CLEAN, "workers", isOf("b", "recv"), { payloadSha256: "00" });
    expect(() => expectHistoryClean(history, 2)).to.throw(
      "S3: b was received with another payload than submitted",
    );
  });

  it("allow what is allowed: a lost answer, a retry by hand, a child that runs whatever its parent did", () => {
    const lostAnswer = { ...CLEAN, submitted: [submitted("a"), submitted(null)] };
    expect(breachesOf(lostAnswer)).to.deep.equal([]);
    const again: History = {
      ...RETRIED,
      client: [
        client("cancelled", "c", 450),
        client("retried", "c", 460),
        client("seen", "c", 470, "cancelled"),
      ],
      executions: RETRIED.executions.map((e) =>
        e.jobId !== "c" ? e : { ...e, attempt: 1, outcome: e.leaseEpoch === 1 ? "cancelled" : "succeeded" },
      ),
      workers: RETRIED.workers.map((r) => (r.jobId === "c" ? { ...r, attempt: 1, willRetry: false } : r)),
    };
    expect(breachesOf(again)).to.deep.equal([]);
    const runs = changed(CLEAN, "submitted", isOf("b"), { onParentFailure: "run" });
    const dead = { ...runs, workers: runs.workers.filter((r) => !isOf("a", "ack")(r)) };
    expect(breachesOf(withFinal(dead, "a", final("dead", 240)))).to.deep.equal([]);
  });

  it("count jobs that were started twice", () => {
    expect(startedMoreThanOnce(CLEAN)).to.deep.equal([]);
    expect(startedMoreThanOnce(RETRIED)).to.deep.equal(["c"]);
  });
});
