/** Watching jobs and graphs over real Postgres: what a watcher gets, when, and what it costs when nobody watches. */
import { expect } from "chai";
import { setMaxListeners } from "node:events";
import { JobChanges } from "../../server/coordinator/watch-changes.js";
import { Watches } from "../../server/coordinator/watch.js";
import { MusterError } from "../../server/core/errors.js";
import type { GraphView, JobView } from "../../server/core/job.js";
import type { StoreViews } from "../../server/core/views.js";
import { eventually } from "../support/eventually.js";
import { signal } from "../support/signal.js";
import { World } from "./store-views-world.js";

/** Polls so slow that a test which passes was woken. */
const NEVER_MS = 3_600_000;

interface Setup {
  readonly changes: JobChanges;
  readonly watches: Watches;
  dropped: number;
  readonly reads: { versions: number; jobs: number; jobsDone: number; graphs: number };
  /** While true, every read of states fails as it does without Postgres. */
  isStoreAway: boolean;
  /** What a read of jobs waits for, when set. */
  beforeRead: () => Promise<void>;
}

describe("Watches", function () {
  this.timeout(60_000);
  let world: World;
  let abort: AbortController;

  before(async () => {
    world = await World.open();
  });
  beforeEach(() => {
    abort = new AbortController();
    setMaxListeners(0, abort.signal); // every watch of a test shares it
  });
  afterEach(() => abort.abort());
  after(() => world.close());

  function setUp(polls: { readonly jobPollMs?: number; readonly graphPollMs?: number } = {}): Setup {
    const changes = new JobChanges();
    const reads = { versions: 0, jobs: 0, jobsDone: 0, graphs: 0 };
    const away = <T>(read: () => Promise<T>): Promise<T> =>
      setup.isStoreAway ? Promise.reject(new MusterError("STORE_DOWN", "away")) : read();
    const views: StoreViews = {
      ...world.views,
      jobVersions: (ids) => (reads.versions++, away(() => world.views.jobVersions(ids))),
      someJobs: (ids) => (
        reads.jobs++,
        setup
          .beforeRead()
          .then(() => away(() => world.views.someJobs(ids)))
          .finally(() => reads.jobsDone++)
      ),
      graphProgress: (graphs) => (reads.graphs++, away(() => world.views.graphProgress(graphs))),
    };
    const watches = new Watches({
      views,
      changes,
      metrics: { noticesDropped: (notices) => (setup.dropped += notices) },
      clock: { monoMs: () => performance.now() },
      jobPollMs: NEVER_MS,
      graphPollMs: NEVER_MS,
      ...polls,
    });
    const setup: Setup = {
      changes,
      watches,
      dropped: 0,
      reads,
      isStoreAway: false,
      beforeRead: () => Promise.resolve(),
    };
    return setup;
  }

  async function next<T>(states: AsyncIterator<T>): Promise<T> {
    const result = await states.next();
    if (result.done) throw new Error("the watch ended");
    return result.value;
  }

  async function failure(work: Promise<unknown>): Promise<string> {
    try {
      await work;
    } catch (error) {
      if (error instanceof MusterError) return error.code;
      throw error;
    }
    return "no error";
  }

  it("gives a job at once, at each announced change, and ends after the terminal state", async () => {
    const { watches, changes } = setUp();
    const { ids, publicIds } = await world.submit([{}]);
    const [id = 0] = ids;
    const states = watches.watchJob("default", publicIds[0] ?? "", abort.signal);
    expect((await next(states)).state).to.equal("ready");
    const session = await world.register("w1");
    await world.claim(session, ids);
    changes.changed(ids);
    expect(await next(states)).to.include({ state: "running", workerId: "w1" });
    const ref = { jobId: id, leaseEpoch: 1 };
    await world.store.recordProgress([{ ref, started: true, fraction: 0.25, note: "", checkpoint: null }]);
    changes.changed(ids);
    expect(await next(states)).to.include({ state: "running", progress: 0.25 });
    await world.succeed(id, "out");
    changes.changed(ids);
    const last = await next(states);
    expect([last.state, last.output?.body?.toString()]).to.deep.equal(["succeeded", "out"]);
    expect((await states.next()).done).to.equal(true);
    expect(changes.hasWatchers()).to.equal(false);
  });

  it("gives a job that has ended once", async () => {
    const { watches } = setUp();
    const { ids, publicIds } = await world.submit([{}]);
    await world.claim(await world.register("w1"), ids);
    await world.succeed(ids[0] ?? 0);
    const seen: JobView[] = [];
    for await (const job of watches.watchJob("default", publicIds[0] ?? "", abort.signal)) seen.push(job);
    expect(seen.map((job) => job.state)).to.deep.equal(["succeeded"]);
  });

  it("finds changes that nobody announced by its slow poll", async () => {
    const { watches } = setUp({ jobPollMs: 20, graphPollMs: 20 });
    const { ids, publicIds, graphPublicId } = await world.submit([{}], { graph: "g" });
    const job = watches.watchJob("default", publicIds[0] ?? "", abort.signal);
    const graph = watches.watchGraph("default", graphPublicId, abort.signal);
    await Promise.all([next(job), next(graph)]);
    await world.claim(await world.register("w1"), ids);
    expect((await next(job)).state).to.equal("running");
    expect((await next(graph)).counts.running).to.equal(1);
  });

  it("does not report what did not change, and reads no job when it was only its turn", async () => {
    const { watches, changes, reads } = setUp({ jobPollMs: 20 });
    const { ids, publicIds } = await world.submit([{}]);
    const states = watches.watchJob("default", publicIds[0] ?? "", abort.signal);
    await next(states);
    const following = next(states);
    await eventually(() => reads.versions >= 5, 5_000);
    expect(reads.jobs).to.equal(1);
    changes.changed(ids);
    await eventually(() => reads.jobsDone === 2, 5_000);
    const polls = reads.versions;
    await eventually(() => reads.versions > polls, 5_000);
    await world.claim(await world.register("w1"), ids);
    changes.changed(ids);
    expect((await following).state).to.equal("running");
  });

  it("coalesces a graph's changes, always delivers the last one, and ends with the graph", async () => {
    const { watches, changes, reads } = setUp();
    const count = 60;
    const { ids, graphPublicId } = await world.submit(
      Array.from({ length: count }, () => ({})),
      { graph: "g" },
    );
    const session = await world.register("w1");
    await world.claim(session, ids);
    const startedMono = performance.now();
    const seen: GraphView[] = [];
    const watching = (async () => {
      for await (const graph of watches.watchGraph("default", graphPublicId, abort.signal)) seen.push(graph);
    })();
    await eventually(() => seen.length > 0, 5_000);
    for (const id of ids) {
      await world.succeed(id);
      changes.changed([id]);
    }
    await watching;
    const tookMs = performance.now() - startedMono;
    expect(seen.at(-1)?.counts.succeeded).to.equal(count);
    expect(seen.at(-1)?.finishedAt).to.be.instanceOf(Date);
    expect(seen.length).to.be.at.most(2 + tookMs / 50);
    expect(reads.graphs).to.be.at.most(2 + tookMs / 50);
    const succeeded = seen.map((graph) => graph.counts.succeeded);
    expect(succeeded).to.deep.equal(succeeded.toSorted((a, b) => a - b));
    expect(changes.hasWatchers()).to.equal(false);
  });

  it("gives a slow reader the newest state and counts what it skipped", async () => {
    const setup = setUp();
    const { ids, publicIds } = await world.submit([{}]);
    const states = setup.watches.watchJob("default", publicIds[0] ?? "", abort.signal);
    await next(states);
    const session = await world.register("w1");
    await world.claim(session, ids);
    setup.changes.changed(ids);
    await eventually(() => setup.reads.jobsDone === 2, 5_000);
    await world.succeed(ids[0] ?? 0);
    setup.changes.changed(ids);
    await eventually(() => setup.dropped === 1, 5_000);
    expect((await next(states)).state).to.equal("succeeded");
  });

  it("shares one read among all watchers of a job", async () => {
    const { watches, changes, reads } = setUp();
    const { ids, publicIds } = await world.submit([{}]);
    const all = Array.from({ length: 50 }, () =>
      watches.watchJob("default", publicIds[0] ?? "", abort.signal),
    );
    await Promise.all(all.map(next));
    expect(reads.jobs).to.equal(1);
    await world.claim(await world.register("w1"), ids);
    changes.changed(ids);
    const seen = await Promise.all(all.map(next));
    expect(new Set(seen.map((job) => job.state))).to.deep.equal(new Set(["running"]));
    expect(reads.jobs).to.equal(2);
  });

  it("gives out large jobs as they are read, and does not wait for all of them", async () => {
    const setup = setUp();
    const payload = { contentType: "", body: Buffer.alloc(1_500_000, "x"), uri: null };
    const { publicIds } = await world.submit(Array.from({ length: 4 }, () => ({ payload })));
    const second = signal();
    setup.beforeRead = () => (setup.reads.jobs === 1 ? Promise.resolve() : second.next());
    const all = publicIds.map((id) => next(setup.watches.watchJob("default", id, abort.signal)));
    await Promise.all(all.slice(0, 3));
    expect(setup.reads.jobsDone).to.equal(1);
    second.fire();
    expect((await all[3])?.payload).to.deep.equal(payload);
    expect(setup.reads.jobs).to.equal(2);
  });

  it("watches through an outage of the store, but refuses to begin in one", async () => {
    const setup = setUp();
    const { ids, publicIds } = await world.submit([{}]);
    const [publicId = ""] = publicIds;
    const states = setup.watches.watchJob("default", publicId, abort.signal);
    await next(states);
    const following = next(states);
    setup.isStoreAway = true;
    await world.claim(await world.register("w1"), ids);
    setup.changes.changed(ids);
    await eventually(() => setup.reads.versions === 3, 5_000); // failed, and tried again
    const other = (await world.submit([{}])).publicIds[0] ?? "";
    const beginning = setup.watches.watchJob("default", other, abort.signal);
    expect(await failure(beginning.next())).to.equal("STORE_DOWN");
    setup.isStoreAway = false;
    expect((await following).state).to.equal("running");
  });

  it("ends without an error when the watcher leaves, and stops reading then", async () => {
    const { watches, changes, reads } = setUp({ jobPollMs: 5 });
    const { ids, publicIds } = await world.submit([{}]);
    const states = watches.watchJob("default", publicIds[0] ?? "", abort.signal);
    await next(states);
    const end = states.next();
    abort.abort();
    expect((await end).done).to.equal(true);
    expect(changes.hasWatchers()).to.equal(false);
    expect(changes.interests(ids)).to.deep.equal([]);
    const before = { ...reads };
    changes.changed(ids);
    await world.submit([{}]); // time for several polls
    await eventually(async () => (await world.store.databaseNowMs()) > 0, 5_000);
    expect(reads.versions).to.be.at.most(before.versions + 1); // the one that was under way
    expect((await watches.watchJob("default", publicIds[0] ?? "", abort.signal).next()).done).to.equal(true);
  });

  it("stops reading also for a watcher that leaves without asking for more", async () => {
    const { watches, changes } = setUp({ jobPollMs: 5 });
    const { publicIds } = await world.submit([{}]);
    await next(watches.watchJob("default", publicIds[0] ?? "", abort.signal));
    abort.abort();
    expect(changes.hasWatchers()).to.equal(false);
  });

  it("refuses ids that are not there, and everything once it is closed", async () => {
    const { watches } = setUp();
    const { publicIds, graphPublicId } = await world.submit([{}], { graph: "g" });
    const [publicId = ""] = publicIds;
    expect(await failure(watches.watchJob("other", publicId, abort.signal).next())).to.equal("JOB_NOT_FOUND");
    expect(await failure(watches.watchJob("default", graphPublicId, abort.signal).next())).to.equal(
      "JOB_NOT_FOUND",
    );
    expect(await failure(watches.watchGraph("other", graphPublicId, abort.signal).next())).to.equal(
      "GRAPH_NOT_FOUND",
    );
    const states = watches.watchJob("default", publicId, abort.signal);
    await next(states);
    const following = states.next();
    watches.close();
    expect(await failure(following)).to.equal("DRAINING");
    expect(await failure(watches.watchGraph("default", graphPublicId, abort.signal).next())).to.equal(
      "DRAINING",
    );
  });
});
