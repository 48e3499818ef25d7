import { expect } from "chai";
import type { RedisFacts, StoreFacts } from "../../../server/core/checkup.js";
import { finding, worstOf, type Finding } from "../../../server/core/findings.js";
import { judgeHints, judgeRedis, type ComparedQueue } from "../../../server/core/judge-queue.js";
import {
  judgeAudit,
  judgeStore,
  schemaVersion,
  type StoreContext,
} from "../../../server/core/judge-store.js";

const STORE: StoreFacts = {
  settings: { fsync: "on", full_page_writes: "on", synchronous_commit: "on", autovacuum: "on" },
  connections: { max: 100, reserved: 3, used: 20, own: 18, replicas: 2 },
  tables: [{ name: "jobs", live: 1_000_000, dead: 900_000 }],
  transactions: [],
  lockWaits: [],
  held: [],
  transactionIdAge: 5_000_000,
  invalidIndexes: [],
  missingIndexes: [],
};
const CONTEXT: StoreContext = { isEmbedded: false, postgresPoolMax: 10, clockDifferenceMs: 3 };

const wrongOf = (findings: readonly Finding[]): string[] =>
  findings.filter(({ severity }) => severity !== "ok").map(({ name, severity }) => `${name} ${severity}`);
const store = (facts: Partial<StoreFacts>, context: Partial<StoreContext> = {}): string[] =>
  wrongOf(judgeStore({ ...STORE, ...facts }, { ...CONTEXT, ...context }));

describe("the doctor's judgement of Postgres", () => {
  it("finds nothing wrong with ordinary facts", () => {
    expect(store({})).to.deep.equal([]);
  });

  it("calls settings that lose data failures, and warnings where they cannot be had", () => {
    const settings = { fsync: "off", full_page_writes: "off", synchronous_commit: "off", autovacuum: "off" };
    expect(store({ settings })).to.deep.equal([
      "fsync fail",
      "full_page_writes fail",
      "synchronous_commit fail",
      "autovacuum warn",
    ]);
    expect(store({ settings }, { isEmbedded: true })).to.deep.equal([
      "fsync warn",
      "full_page_writes warn",
      "synchronous_commit warn",
    ]);
    for (const commit of ["local", "remote_write", "remote_apply"])
      expect(store({ settings: { ...STORE.settings, synchronous_commit: commit } })).to.deep.equal([]);
  });

  it("counts the pools of all replicas and what others use against what there is", () => {
    const connections = { ...STORE.connections, used: 90, own: 20 };
    expect(store({ connections })).to.deep.equal(["connection_budget warn"]);
    expect(store({ connections: { ...connections, replicas: 3 } })).to.deep.equal(["connection_budget fail"]);
  });

  it("warns of long transactions, and fails when they are very long", () => {
    const open = (ageMs: number) => ({ transactions: [{ pid: 7, ageMs, what: "app idle in transaction" }] });
    expect(store(open(59_000))).to.deep.equal([]);
    expect(store(open(61_000))).to.deep.equal(["long_transactions warn"]);
    expect(store(open(601_000))).to.deep.equal(["long_transactions fail"]);
    const waits = [{ pid: 7, ageMs: 6_000, what: "app active UPDATE" }];
    expect(store({ lockWaits: waits })).to.deep.equal(["lock_waits warn"]);
    const [found] = judgeStore({ ...STORE, ...open(61_000) }, CONTEXT).filter(({ rows }) => rows.length > 0);
    expect(found?.rows).to.deep.equal(["pid 7, 61 s: app idle in transaction"]);
  });

  it("warns of dead rows, a clock that is off, held rows and ids that run out", () => {
    expect(store({ tables: [{ name: "jobs", live: 10_000, dead: 20_000 }] })).to.deep.equal([
      "dead_rows warn",
    ]);
    expect(store({ tables: [{ name: "jobs", live: 0, dead: 9_000 }] })).to.deep.equal([]);
    expect(store({}, { clockDifferenceMs: -1_500 })).to.deep.equal(["clock_difference warn"]);
    expect(store({ held: ["replication slot a"] })).to.deep.equal(["held_horizon warn"]);
    expect(store({ transactionIdAge: 1_100_000_000 })).to.deep.equal(["transaction_ids warn"]);
    expect(store({ transactionIdAge: 1_900_000_000 })).to.deep.equal(["transaction_ids fail"]);
    expect(store({ invalidIndexes: ["a"] })).to.deep.equal(["indexes fail"]);
  });

  it("knows an older schema from a newer one", () => {
    expect(schemaVersion({ applied: ["1"], expected: ["1", "2"] }).severity).to.equal("fail");
    expect(schemaVersion({ applied: ["1", "2"], expected: ["1"] }).severity).to.equal("warn");
    expect(schemaVersion({ applied: ["1"], expected: ["1"] }).severity).to.equal("ok");
  });

  it("tells an audit that was not answered from one that found nothing", () => {
    expect(judgeAudit("edge_order", []).severity).to.equal("ok");
    expect(judgeAudit("edge_order", null)).to.include({ severity: "warn" });
    expect(judgeAudit("edge_order", ["row"])).to.deep.include({ severity: "fail", rows: ["row"] });
  });
});

describe("the doctor's judgement of Redis", () => {
  const REDIS: RedisFacts = {
    version: "7.2.4",
    role: "master",
    evictionPolicy: "noeviction",
    memory: { usedBytes: 10, maxBytes: 0 },
    isAppendOnly: true,
    hasSnapshots: false,
    runId: "abc",
    sentinel: "abc:token",
  };
  const redis = (facts: Partial<RedisFacts>): string[] => wrongOf(judgeRedis({ ...REDIS, ...facts }));

  it("finds nothing wrong with ordinary facts, and each thing that is", () => {
    expect(redis({})).to.deep.equal([]);
    expect(redis({ isAppendOnly: false, hasSnapshots: true })).to.deep.equal([]);
    expect(redis({ isAppendOnly: false })).to.deep.equal(["redis_persistence warn"]);
    expect(redis({ memory: { usedBytes: 85, maxBytes: 100 } })).to.deep.equal(["redis_memory warn"]);
    expect(redis({ memory: { usedBytes: 96, maxBytes: 100 } })).to.deep.equal(["redis_memory fail"]);
    expect(redis({ version: "6.2.1", role: "slave" })).to.deep.equal([
      "redis_role fail",
      "redis_version fail",
    ]);
    expect(redis({ sentinel: "def:token" })).to.deep.equal(["sentinel warn"]);
  });

  const compared = (over: Partial<ComparedQueue>): ComparedQueue => ({
    queue: {
      id: 1,
      key: { namespace: "n", name: "q" },
      isPaused: false,
      ready: { high: 0, medium: 1_000, low: 0 },
      sessions: 1,
    },
    depth: { high: 1_000, medium: 0, low: 0 },
    missing: [],
    looked: 10,
    peeked: null,
    ready: new Map(),
    ...over,
  });
  const hint = (jobId: number) => ({ jobId, type: "t", level: "medium" as const, readyUs: 1 });

  it("tells of what is missing in both looks only", () => {
    const first = [compared({ missing: [hint(1), hint(2)] })];
    const second = [compared({ missing: [hint(2), hint(3)] })];
    const [missing] = judgeHints(first, second);
    expect(missing).to.deep.include({ name: "hints_missing", severity: "warn", rows: ["n/q: job 2, t"] });
    expect(wrongOf(judgeHints(first, [compared({})]))).to.deep.equal([]);
  });

  it("lets depths differ by what is on its way, and by ageing, but not by more", () => {
    const near = [compared({ depth: { high: 899, medium: 0, low: 1 } })];
    expect(wrongOf(judgeHints(near, near))).to.deep.equal([]);
    const far = [compared({ depth: { high: 899, medium: 0, low: 0 } })];
    expect(wrongOf(judgeHints(far, far))).to.deep.equal(["queue_depth warn"]);
  });
});

describe("findings", () => {
  it("name a repair only when something is wrong, and the worst of them", () => {
    expect(finding("fsync", "ok", "fine").repair).to.equal("");
    expect(finding("fsync", "fail", "off").repair).to.contain("fsync = on");
    expect(worstOf([])).to.equal("ok");
    expect(worstOf([finding("fsync", "warn", ""), finding("sentinel", "ok", "")])).to.equal("warn");
  });
});
