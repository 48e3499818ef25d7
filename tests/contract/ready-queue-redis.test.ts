/** The ready queue in Redis keeps the contract; and what happens when Redis is wiped, hung, killed or misused. */
import { expect } from "chai";
import { Redis } from "ioredis";
import { ReadyQueueDown, type Nudge, type QueueKey, type ReadyHint } from "../../server/core/ports.js";
import { evictionPolicyProblem } from "../../server/queue/redis/eviction-policy.js";
import { RedisLink, type RedisLinkOptions } from "../../server/queue/redis/link.js";
import { RedisNudges } from "../../server/queue/redis/nudges.js";
import { RedisReadyQueue } from "../../server/queue/redis/ready-queue.js";
import { eventually } from "../support/eventually.js";
import { freshKeyPrefix } from "../support/key-prefix.js";
import { PrivateRedis } from "../support/private-redis.js";
import { FaultProxy } from "../support/proxy.js";
import { testRedis } from "../support/services.js";
import { signal } from "../support/signal.js";
import { readyQueueSuite, SUITE_AGEING } from "./ready-queue.suite.js";

const KEY: QueueKey = { namespace: "default", name: "render" };

interface Replica {
  readonly link: RedisLink;
  readonly queue: RedisReadyQueue;
  readonly nudges: RedisNudges;
}

async function startReplica(
  url: string,
  prefix: string,
  options: Partial<RedisLinkOptions> = {},
): Promise<Replica> {
  const link = new RedisLink({ url, prefix, probeEveryMs: 100, reconnectCapMs: 200, ...options });
  const replica = { link, queue: new RedisReadyQueue(link, SUITE_AGEING), nudges: new RedisNudges(link) };
  expect(await link.untilUp(5_000)).to.equal(true);
  return replica;
}

function hints(...ids: number[]): ReadyHint[] {
  const at = Date.now() * 1_000;
  return ids.map((jobId) => ({ jobId, type: "t", level: "medium", readyUs: at + jobId }));
}

async function takenIds(replica: Replica): Promise<number[]> {
  return (await replica.queue.take(KEY, { max: 1_000, types: null })).hints.map((hint) => hint.jobId);
}

async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("it did not reject");
}

/** A plain client beside the code under test, as an operator would use. */
async function asOperator(url: string, work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(url);
  try {
    await work(redis);
  } finally {
    redis.disconnect();
  }
}

describe("the contract of ready queues", () => {
  let shared: Replica;
  before(async () => {
    shared = await startReplica((await testRedis()).url, freshKeyPrefix());
  });
  after(() => shared.queue.close());

  readyQueueSuite("the Redis queue", () => shared.queue);
});

describe("the Redis ready queue and other replicas", () => {
  let one: Replica;
  let two: Replica;
  let url: string;
  let prefix: string;

  beforeEach(async () => {
    url = (await testRedis()).url;
    prefix = freshKeyPrefix();
    [one, two] = await Promise.all([startReplica(url, prefix), startReplica(url, prefix)]);
  });
  afterEach(() => Promise.all([one.queue.close(), two.queue.close()]));

  it("wakes the others when hints are put, and not itself; the hints are there then", async () => {
    const woken = signal<number[]>();
    const self = signal<QueueKey>();
    one.queue.onWake((queue) => self.fire(queue));
    two.queue.onWake((queue) => {
      expect(queue).to.deep.equal(KEY);
      void takenIds(two).then((ids) => woken.fire(ids));
    });
    expect(await takenIds(two)).to.deep.equal([]);
    await one.queue.put(KEY, hints(1, 2));
    expect(await woken.next()).to.deep.equal([1, 2]);
    expect(await takenIds(one)).to.deep.equal([]);
    await two.queue.put(KEY, hints(3)); // the way back shows that the first replica does hear others
    await self.next();
    expect(self.seen).to.have.length(1);
  });

  it("calls out only to those of whom a take came back short since the last call", async () => {
    const heard = signal<QueueKey>();
    two.queue.onWake((queue) => heard.fire(queue));
    const calls = [await one.queue.put(KEY, hints(1, 2))];
    const { hints: exactly } = await two.queue.take(KEY, { max: 2, types: null });
    expect(exactly.map((hint) => hint.jobId)).to.deep.equal([1, 2]);
    calls.push(await one.queue.put(KEY, hints(3)));
    const { hints: short } = await two.queue.take(KEY, { max: 2, types: ["other"] });
    expect(short).to.deep.equal([]);
    calls.push(await one.queue.put(KEY, hints(4)), await one.queue.put(KEY, hints(5)));
    expect(calls, "and says so to whoever puts").to.deep.equal([false, false, true, false]);
    await heard.next();
    // What was published is heard in order, so whatever else had been said would be here by now.
    one.nudges.send({ kind: "session_orders", sessionId: 1 });
    await new Promise((resolve) => two.nudges.onNudge(resolve));
    expect(heard.seen).to.have.length(1);
  });

  it("carries every kind of nudge to the others, and ignores and counts what is none", async () => {
    const heard = signal<Nudge>();
    const own = signal<Nudge>();
    const stop = two.nudges.onNudge((nudge) => heard.fire(nudge));
    one.nudges.onNudge((nudge) => own.fire(nudge));
    const bad = ["", "{", "7", "null", '{"sender":"x"}', '{"sender":"x","nudges":{}}'];
    bad.push('{"sender":"x","nudges":[{"kind":"other"}]}', '{"sender":"x","nudges":[7]}');
    bad.push('{"sender":"x","nudges":[{"kind":"jobs_changed","jobIds":[1,"2"]}]}');
    bad.push('{"sender":"x","nudges":[{"kind":"session_orders","sessionId":-1}]}');
    bad.push('{"sender":"x","nudges":[{"kind":"session_replaced","sessionId":1}]}');
    bad.push('{"sender":"x","nudges":[{"kind":"queue_changed","queue":{"namespace":"a"}}]}');
    await asOperator(url, async (redis) => {
      for (const message of bad) await redis.publish(`${prefix}:nudge`, message);
      await redis.publish(`${prefix}:wake`, "nonsense");
    });
    const sent: Nudge[] = [
      { kind: "session_orders", sessionId: 5 },
      { kind: "session_replaced", sessionId: 6, epoch: 2 },
      { kind: "queue_changed", queue: KEY },
      { kind: "jobs_changed", jobIds: [1, 2, 3] },
    ];
    for (const nudge of sent) one.nudges.send(nudge);
    for (const nudge of sent) expect(await heard.next()).to.deep.equal(nudge);
    expect(two.nudges.malformedCount).to.equal(bad.length);
    await eventually(() => two.queue.foreignCount === 1, 2_000);
    stop();
    two.nudges.send({ kind: "session_orders", sessionId: 7 });
    expect(await own.next()).to.deep.equal({ kind: "session_orders", sessionId: 7 });
    expect(own.seen).to.have.length(1);
    expect(heard.seen).to.have.length(sent.length);
  });

  it("tells the first replica of a new Redis to fill it, and every one that saw it lose its data", async () => {
    expect([await one.queue.checkLost(), await one.queue.checkLost()]).to.deep.equal([true, false]);
    expect(await two.queue.checkLost(), "a replica that starts later").to.equal(false);
    await asOperator(url, async (redis) => {
      const keys = await redis.keys(`${prefix}:*`);
      await redis.del(keys); // what FLUSHALL does to us, without touching the other files on this server
    });
    expect([await one.queue.checkLost(), await one.queue.checkLost()]).to.deep.equal([true, false]);
    expect([await two.queue.checkLost(), await two.queue.checkLost()]).to.deep.equal([true, false]);
  });

  it("replaces keys of a wrong type and reports them as lost", async () => {
    await one.queue.checkLost();
    await one.queue.put(KEY, hints(1));
    const level = (name: string): string => `${prefix}:{default/render}:ready:${name}`;
    await asOperator(url, (redis) => redis.set(level("high"), "garbage"));
    expect(await takenIds(one)).to.deep.equal([1]);
    expect([await one.queue.checkLost(), await one.queue.checkLost()]).to.deep.equal([true, false]);
    await asOperator(url, async (redis) => {
      await redis.del(level("medium"));
      await redis.lpush(level("medium"), "garbage");
    });
    await one.queue.put(KEY, hints(2));
    expect(await takenIds(one)).to.deep.equal([2]);
    expect(await one.queue.checkLost()).to.equal(true);
    await asOperator(url, async (redis) => {
      await redis.del(`${prefix}:sentinel`);
      await redis.lpush(`${prefix}:sentinel`, "garbage");
    });
    expect([await one.queue.checkLost(), await one.queue.checkLost()]).to.deep.equal([true, false]);
  });

  it("leaves out and counts members that it did not write", async () => {
    await one.queue.put(KEY, hints(1));
    await asOperator(url, (redis) =>
      redis.zadd(`${prefix}:{default/render}:ready:medium`, 1, "nonsense", 2, "12|t"),
    );
    expect(await takenIds(one)).to.deep.equal([1]);
    expect(one.queue.foreignCount).to.equal(2);
  });
});

describe("the Redis ready queue when Redis fails", function () {
  this.timeout(30_000);
  let redis: PrivateRedis;
  let replica: Replica;

  beforeEach(async () => {
    redis = await PrivateRedis.start();
    replica = await startReplica(redis.url, "muster", { commandTimeoutMs: 300 });
    await replica.queue.checkLost();
  });
  afterEach(async () => {
    await replica.queue.close();
    await redis.stop();
  });

  it("notices a FLUSHALL", async () => {
    await replica.queue.put(KEY, hints(1));
    await asOperator(redis.url, (client) => client.flushall());
    expect([await replica.queue.checkLost(), await replica.queue.checkLost()]).to.deep.equal([true, false]);
  });

  it("says so at once when Redis was killed, connects again by itself and asks to be filled", async () => {
    const states = signal<boolean>();
    replica.queue.onUpDown((isUp) => states.fire(isUp));
    await redis.kill("SIGKILL");
    expect(await states.next()).to.equal(false);
    const startedMono = performance.now();
    expect(await rejectionOf(replica.queue.put(KEY, hints(1)))).to.be.instanceOf(ReadyQueueDown);
    expect(await rejectionOf(replica.queue.checkLost())).to.be.instanceOf(ReadyQueueDown);
    replica.nudges.send({ kind: "session_orders", sessionId: 1 }); // must not throw
    expect(performance.now() - startedMono).to.be.below(100);
    await redis.start();
    expect(await states.next()).to.equal(true);
    expect(await replica.queue.checkLost()).to.equal(true);
    await replica.queue.put(KEY, hints(2));
    expect(await takenIds(replica)).to.deep.equal([2]);
  });

  it("hears other replicas again after Redis came back", async () => {
    const other = await startReplica(redis.url, "muster");
    const woken = signal<QueueKey>();
    other.queue.onWake((queue) => woken.fire(queue));
    await redis.kill("SIGKILL");
    await redis.start();
    expect(await replica.link.untilUp(5_000)).to.equal(true);
    expect(await other.link.untilUp(5_000)).to.equal(true);
    expect(await takenIds(other)).to.deep.equal([]);
    await replica.queue.put(KEY, hints(1));
    expect(await woken.next()).to.deep.equal(KEY);
    await other.queue.close();
  });

  it("survives losing the connection while it subscribes again, and hears others afterwards", async () => {
    // What is rejected and heard by nobody ends a server, and fails this test.
    const proxy = await FaultProxy.open(Number(new URL(redis.url).port));
    const through = await startReplica(`redis://127.0.0.1:${proxy.port}/0`, "muster");
    const woken = signal<QueueKey>();
    through.queue.onWake((queue) => woken.fire(queue));
    proxy.cutAfterMatch({
      pattern: Buffer.from("subscribe\r\n"),
      untilReply: Buffer.from("subscribe"),
      times: 3,
    });
    proxy.reset();
    await eventually(() => proxy.cuts === 3, 10_000);
    // The last cut may have refused a subscription that is asked for again only at the next connection.
    await eventually(() => through.link.untilUp(1_000), 15_000);
    await eventually(async () => {
      expect(await takenIds(through)).to.be.an("array"); // a take that comes back short asks to be called
      await replica.queue.put(KEY, hints(1));
      return woken.seen.length > 0;
    }, 5_000);
    await through.queue.close();
    await proxy.close();
  });

  it("rejects within the timeout when Redis hangs, counts it as down, and recovers when it goes on", async () => {
    const states = signal<boolean>();
    replica.queue.onUpDown((isUp) => states.fire(isUp));
    await redis.kill("SIGSTOP");
    const startedMono = performance.now();
    const error = await rejectionOf(replica.queue.depth(KEY));
    expect(error).to.be.instanceOf(ReadyQueueDown);
    expect(performance.now() - startedMono).to.be.within(280, 800);
    expect(await states.next()).to.equal(false);
    const downMono = performance.now();
    expect(await rejectionOf(replica.queue.depth(KEY))).to.be.instanceOf(ReadyQueueDown);
    expect(performance.now() - downMono, "no waiting while it is known to be down").to.be.below(100);
    await redis.kill("SIGCONT");
    expect(await states.next()).to.equal(true);
    expect(await replica.queue.depth(KEY)).to.deep.equal({ high: 0, medium: 0, low: 0 });
  });

  it("counts as down without any traffic when Redis hangs", async () => {
    const states = signal<boolean>();
    replica.queue.onUpDown((isUp) => states.fire(isUp));
    await redis.kill("SIGSTOP");
    expect(await states.next(10_000)).to.equal(false);
    await redis.kill("SIGCONT");
    expect(await states.next(10_000)).to.equal(true);
  });

  it("puts back what a take got after its timeout", async () => {
    await replica.queue.put(KEY, hints(1, 2, 3));
    const patient = await startReplica(redis.url, "muster", {
      commandTimeoutMs: 300,
      timeoutsUntilDown: 1_000,
      probeEveryMs: 60_000,
    });
    await redis.kill("SIGSTOP");
    expect(await rejectionOf(patient.queue.take(KEY, { max: 2, types: null }))).to.be.instanceOf(
      ReadyQueueDown,
    );
    await redis.kill("SIGCONT");
    expect(await replica.link.untilUp(10_000)).to.equal(true);
    await eventually(async () => (await replica.queue.depth(KEY)).medium === 3, 5_000);
    expect(await takenIds(replica)).to.deep.equal([1, 2, 3]);
    await patient.queue.close();
  });

  it("does not take a pause of its own process for a hung Redis", async () => {
    const answer = replica.queue.depth(KEY);
    await new Promise<void>((resolve) => setImmediate(resolve)); // the command is on its way
    const endMono = performance.now() + 700;
    while (performance.now() < endMono); // this process is stopped for longer than the timeout
    expect(await answer).to.deep.equal({ high: 0, medium: 0, low: 0 });
    expect(replica.queue.isUp()).to.equal(true);
  });

  it("counts a Redis that restarted with its data as lost: the last writes may be missing", async () => {
    const durable = await PrivateRedis.start({ durable: true });
    const other = await startReplica(durable.url, "muster");
    expect([await other.queue.checkLost(), await other.queue.checkLost()]).to.deep.equal([true, false]);
    await other.queue.put(KEY, hints(1));
    await durable.kill("SIGKILL");
    await durable.start();
    expect(await other.link.untilUp(5_000)).to.equal(true);
    expect(await other.queue.checkLost()).to.equal(true);
    expect(await takenIds(other)).to.deep.equal([1]);
    await other.queue.close();
    await durable.stop();
  });

  it("starts while Redis is away", async () => {
    await redis.kill("SIGKILL");
    const link = new RedisLink({ url: redis.url, prefix: "muster", reconnectCapMs: 100 });
    const queue = new RedisReadyQueue(link);
    expect(await link.untilUp(200)).to.equal(false);
    expect(queue.isUp()).to.equal(false);
    await redis.start();
    expect(await link.untilUp(5_000)).to.equal(true);
    await queue.close();
  });

  it("tells which eviction policy is wrong, and finds noeviction right", async () => {
    expect(await evictionPolicyProblem(replica.link)).to.equal(null);
    await asOperator(redis.url, (client) => client.config("SET", "maxmemory-policy", "allkeys-lru"));
    expect(await evictionPolicyProblem(replica.link)).to.contain("expected noeviction, got allkeys-lru");
  });
});
