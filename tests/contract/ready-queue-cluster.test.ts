/** The ready queue keeps its contract on a Redis Cluster, and its messages reach replicas on other nodes. */
import { expect } from "chai";
import type { Nudge, QueueKey } from "../../server/core/ports.js";
import { evictionPolicyProblem } from "../../server/queue/redis/eviction-policy.js";
import { RedisLink } from "../../server/queue/redis/link.js";
import { RedisNudges } from "../../server/queue/redis/nudges.js";
import { RedisReadyQueue } from "../../server/queue/redis/ready-queue.js";
import { eventually } from "../support/eventually.js";
import { RedisCluster } from "../support/redis-cluster.js";
import { signal } from "../support/signal.js";
import { readyQueueSuite, SUITE_AGEING } from "./ready-queue.suite.js";

describe("the ready queue on a Redis Cluster [slow]", function () {
  this.timeout(60_000);
  let cluster: RedisCluster;
  let one: { readonly link: RedisLink; readonly queue: RedisReadyQueue };
  let two: { readonly link: RedisLink; readonly queue: RedisReadyQueue };

  before(async () => {
    cluster = await RedisCluster.start();
    // One address is enough: the rest is found.
    const alone = `redis+cluster://127.0.0.1:${cluster.nodes[2]?.server.port}`;
    [one, two] = await Promise.all([open(cluster.url), open(alone)]);
  });

  after(async () => {
    await Promise.all([one.queue.close(), two.queue.close()]);
    await cluster.stop();
  });

  async function open(url: string): Promise<{ readonly link: RedisLink; readonly queue: RedisReadyQueue }> {
    const link = new RedisLink({ url, prefix: "muster", commandTimeoutMs: 5_000, probeEveryMs: 200 });
    const queue = new RedisReadyQueue(link, SUITE_AGEING);
    expect(await link.untilUp(20_000)).to.equal(true);
    return { link, queue };
  }

  readyQueueSuite("the queue in a cluster", () => one.queue);

  it("spreads queues over the nodes and calls replicas out wherever they are connected", async () => {
    const woken = signal<string>();
    two.queue.onWake(({ name }) => woken.fire(name));
    const owners = new Set<string>();
    for (let n = 0; n < 12; n++) {
      const key: QueueKey = { namespace: "default", name: `q${n}` };
      expect((await two.queue.take(key, { max: 1, types: null })).hints).to.deep.equal([]);
      await one.queue.put(key, [{ jobId: n + 1, type: "t", level: "high", readyUs: n + 1 }]);
      expect(await woken.next(10_000)).to.equal(key.name);
      expect(
        (await two.queue.take(key, { max: 1, types: null })).hints.map(({ jobId }) => jobId),
      ).to.deep.equal([n + 1]);
      owners.add((await cluster.ownerOf(`muster:{default/q${n}}:ready:high`)).id);
    }
    expect(owners.size).to.equal(3);
  });

  it("carries nudges to the others", async () => {
    const [from, to] = [new RedisNudges(one.link), new RedisNudges(two.link)];
    const heard = signal<Nudge>();
    to.onNudge((nudge) => heard.fire(nudge));
    await two.link.untilUp(10_000);
    from.send({ kind: "session_orders", sessionId: 5 });
    expect(await heard.next(10_000)).to.deep.equal({ kind: "session_orders", sessionId: 5 });
  });

  it("looks at the eviction policy of every master", async () => {
    expect(await evictionPolicyProblem(one.link)).to.equal(null);
    const node = cluster.nodes[1]?.redis;
    await node?.config("SET", "maxmemory-policy", "allkeys-lru");
    expect(await evictionPolicyProblem(one.link)).to.contain("expected noeviction, got allkeys-lru");
    await node?.config("SET", "maxmemory-policy", "noeviction");
  });

  it("counts the hints as lost when any of the masters was started anew, and is down until it is back", async () => {
    await one.queue.checkLost();
    expect(await one.queue.checkLost()).to.equal(false);
    const sentinelOwner = await cluster.ownerOf("muster:sentinel");
    const other = cluster.nodes.find(({ id }) => id !== sentinelOwner.id);
    await other?.server.kill("SIGKILL");
    await eventually(() => !one.queue.isUp(), 30_000);
    await other?.server.start();
    await cluster.untilWhole();
    await eventually(() => one.queue.isUp(), 30_000);
    await eventually(() => one.queue.checkLost(), 30_000);
    // Once all three are known again, that is the new state and no news.
    await eventually(async () => !(await one.queue.checkLost()), 30_000);
  });
});
