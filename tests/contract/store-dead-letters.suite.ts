/**
 * The part of the store's suite about dead letters: what is filed, how it is grouped, what a retry opens again with its
 * dependents, and what discarding leaves. Each test works in a namespace of its own.
 */
import { expect } from "chai";
import type { DeadLetterQuery } from "../../server/core/dead-letters.js";
import { formatId } from "../../server/core/job-id.js";
import { ANY, deadJobs, kill } from "./dead-jobs.js";
import { storeRedriveSuite } from "./store-redrive.suite.js";
import { freshName, LOSSES_MAX, type StoreWorld } from "./store-world.js";

export function storeDeadLettersSuite(current: () => StoreWorld): void {
  describe("dead letters", () => {
    filingSuite(current);
    retrySuite(current);
    discardSuite(current);
    storeRedriveSuite(current);
  });
}

const PAGE = { pageSize: 100, pageToken: null };

function filingSuite(current: () => StoreWorld): void {
  it("lists a job from its death to its retry, page by page, newest first", async () => {
    const world = current();
    const { namespace, ids } = await deadJobs(world, ["a", "b", "c"]);
    const list = (pageToken: string | null) =>
      world.views.listDeadLetters({ ...ANY, namespace }, { pageSize: 2, pageToken });
    const first = await list(null);
    const second = await list(first.nextPageToken);
    expect(second.nextPageToken).to.equal(null);
    const letters = [...first.letters, ...second.letters];
    const [oldest] = await world.decoded(ids.slice(0, 1));
    expect(letters.map(({ message }) => message)).to.deep.equal(["c", "b", "a"]);
    expect(letters.at(-1)).to.deep.include({
      jobPublicId: formatId(oldest?.id ?? 0, oldest?.createdMs ?? 0),
      reason: "non_retryable",
      errorType: "Error",
      attempts: 1,
      generation: 1,
      lostWorkers: [],
      discardedAt: null,
    });
    await world.retry.retryJob(ids[1] ?? 0);
    const left = await world.views.listDeadLetters({ ...ANY, namespace }, PAGE);
    expect(left.letters.map(({ message }) => message)).to.deep.equal(["c", "a"]);
    const elsewhere = { ...ANY, namespace: freshName("other-") };
    expect((await world.views.listDeadLetters(elsewhere, PAGE)).letters).to.deep.equal([]);
  });

  it("narrows the list by each part of the filter", async () => {
    const world = current();
    const { namespace, ids } = await deadJobs(world, ["no disk"], { type: "render" });
    await world.submit([{}], { namespace, queue: "other" });
    const { graphId, ids: inGraph } = await world.submitGraph([{}], { namespace, graph: "g" });
    await kill(world, inGraph, ["no memory"]);
    const [letter] = (await world.views.listDeadLetters({ ...ANY, namespace, type: "render" }, PAGE)).letters;
    const fingerprint = letter?.fingerprint ?? "";
    const diedMs = letter?.diedAt.getTime() ?? 0;
    const found = async (query: Partial<DeadLetterQuery>): Promise<string[]> =>
      (await world.views.listDeadLetters({ ...ANY, namespace, ...query }, PAGE)).letters.map(
        (l) => l.message,
      );
    expect(fingerprint).to.match(/^[0-9a-f]{16}$/);
    expect(await found({})).to.deep.equal(["no memory", "no disk"]);
    expect(await found({ fingerprint })).to.deep.equal(["no disk"]);
    expect(await found({ graphId })).to.deep.equal(["no memory"]);
    expect(await found({ jobIds: ids })).to.deep.equal(["no disk"]);
    expect(await found({ queue: "other" })).to.deep.equal([]);
    expect(await found({ queue: "default", reason: "non_retryable" })).to.have.length(2);
    expect(await found({ reason: "poison" })).to.deep.equal([]);
    expect(await found({ errorType: "TypeError" })).to.deep.equal([]);
    expect(await found({ diedBeforeMs: diedMs })).to.deep.equal([]);
    expect(await found({ diedAfterMs: diedMs, diedBeforeMs: diedMs + 1 })).to.include("no disk");
    expect(await found({ isDiscarded: true })).to.deep.equal([]);
  });

  it("counts them by what went wrong, whatever the numbers in it", async () => {
    const world = current();
    const messages = ["row 17 is locked", "no such host", "row 4 is locked", "row 99 is locked"];
    const { namespace, ids } = await deadJobs(world, messages);
    const groups = await world.views.groupDeadLetters({ ...ANY, namespace }, 10);
    const [last] = await world.decoded(ids.slice(3));
    expect(groups.map(({ count, message }) => [count, message])).to.deep.equal([
      [3, "row 99 is locked"],
      [1, "no such host"],
    ]);
    expect(groups[0]).to.deep.include({
      sampleJobPublicId: formatId(last?.id ?? 0, last?.createdMs ?? 0),
      types: ["resize"],
    });
    expect(groups[0]?.firstDiedAt.getTime()).to.be.at.most(groups[0]?.lastDiedAt.getTime() ?? 0);
    expect(await world.views.groupDeadLetters({ ...ANY, namespace }, 1)).to.have.length(1);
  });

  it("names the workers that a poisoned job took down, of its generation alone", async () => {
    const world = current();
    const namespace = freshName("dead-");
    const [id = 0] = await world.submit([{ type: "crash" }], { namespace });
    const poison = async (firstEpoch: number): Promise<string[]> => {
      const names: string[] = [];
      for (let loss = 0; loss < LOSSES_MAX; loss++) {
        const workerId = freshName("victim-");
        names.push(workerId);
        await world.run(await world.register({ workerId }), [id]);
        await world.giveBack([id], "lost", firstEpoch + loss);
      }
      return names;
    };
    await poison(1);
    await world.retry.retryJob(id);
    const second = await poison(LOSSES_MAX + 1);
    const [letter] = (await world.views.listDeadLetters({ ...ANY, namespace }, PAGE)).letters;
    expect(letter).to.deep.include({
      reason: "poison",
      errorType: "poison",
      message: "jobs of type crash",
      generation: 2,
      lostWorkers: second,
    });
    const [decoded = { id, createdMs: 0 }] = await world.decoded([id]);
    const view = await world.views.getJob(namespace, decoded);
    expect(view).to.deep.include({
      lostWorkers: second,
      fingerprint: letter?.fingerprint,
      discardedAt: null,
    });
    expect(view?.executions).to.have.length(2 * LOSSES_MAX);
  });

  it("files what dies because of a parent, also when it is submitted under one that is dead", async () => {
    const world = current();
    const namespace = freshName("dead-");
    const ids = await world.submit([{}, { siblingParents: [0], onParentFailure: "fail" }], { namespace });
    await kill(world, ids.slice(0, 1), ["root"]);
    await world.child(ids.slice(0, 1), { onParentFailure: "fail" }, { namespace });
    await world.child(ids.slice(0, 1), { onParentFailure: "cancel" }, { namespace });
    const { letters } = await world.views.listDeadLetters({ ...ANY, namespace }, PAGE);
    expect(letters.map(({ reason, attempts }) => [reason, attempts])).to.deep.equal([
      ["parent_failed", 0],
      ["parent_failed", 0],
      ["non_retryable", 1],
    ]);
  });
}

function retrySuite(current: () => StoreWorld): void {
  it("retries those that match under their ids, and nothing twice", async () => {
    const world = current();
    const { namespace, ids } = await deadJobs(world, ["x 1", "x 2", "y"]);
    const [group] = await world.views.groupDeadLetters({ ...ANY, namespace }, 10);
    const query = { ...ANY, namespace, fingerprint: group?.fingerprint ?? "" };
    const page = await world.store.retryDeadLetters(query, { pageSize: 1, pageToken: null });
    expect(page).to.include({ retried: 1, revived: 0, refused: 0 });
    const rest = await world.store.retryDeadLetters(query, { ...PAGE, pageToken: page.nextPageToken });
    expect(rest).to.include({ retried: 1, nextPageToken: null });
    expect(await world.states(ids)).to.deep.equal(["ready", "ready", "dead"]);
    expect(await world.row(ids[0] ?? 0)).to.include({
      generation: 2,
      attempt: 0,
      losses: 0,
      finished_at: null,
    });
    expect(await world.store.retryDeadLetters(query, PAGE)).to.include({ retried: 0, nextPageToken: null });
    expect((await world.views.listDeadLetters({ ...ANY, namespace }, PAGE)).letters).to.have.length(1);
  });

  it("retries a graph from its failed jobs: results stay, what the failure had ended waits again", async () => {
    const world = current();
    const namespace = freshName("dead-");
    const { ids, graphId } = await world.submitGraph(
      [
        {}, // 0 succeeds
        { siblingParents: [0] }, // 1 dies
        { siblingParents: [1] }, // 2 cancelled by 1
        { siblingParents: [2, 0], onParentFailure: "fail" }, // 3 dead by 2
        { siblingParents: [1], onParentFailure: "run" }, // 4 runs although 1 died
        { siblingParents: [0] }, // 5 somebody cancels it
        { siblingParents: [5, 1] }, // 6 cancelled by whichever came first, stays behind 5
        { siblingParents: [1, 7 - 7], onParentFailure: "run" }, // 7 like 4
      ],
      { namespace, graph: "g" },
    );
    const [first = 0, fails = 0] = ids;
    await world.run(await world.register(), [first]);
    await world.succeed([first]);
    await world.cancel.cancelJob(ids[5] ?? 0, "not wanted", 0);
    await kill(world, [fails], ["broken"]);
    expect(await world.states(ids)).to.deep.equal([
      ...["succeeded", "dead", "cancelled", "dead", "ready", "cancelled", "cancelled", "ready"],
    ]);
    const done = await world.store.retryDeadLetters({ ...ANY, namespace, graphId }, PAGE);
    // The third is both: a dead letter, and a dependent of what was retried.
    expect(done).to.include({ retried: 2, revived: 1, refused: 0 });
    expect(await world.states(ids)).to.deep.equal([
      ...["succeeded", "ready", "blocked", "blocked", "ready", "cancelled", "cancelled", "ready"],
    ]);
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.map((row) => row.generation)).to.deep.equal([1, 2, 2, 2, 1, 1, 1, 1]);
    expect(rows.map((row) => row.pending_parents)).to.include.ordered.members([0, 0, 1, 1]);
    await world.run(await world.register(), [fails]);
    await world.succeed([fails], 2);
    expect(await world.states(ids.slice(2, 4))).to.deep.equal(["ready", "blocked"]);
  });

  it("makes dependents that run in any case wait again, as long as they wait for others", async () => {
    const world = current();
    const namespace = freshName("dead-");
    const ids = await world.submit([{}, {}, { siblingParents: [0, 1], onParentFailure: "run" }], {
      namespace,
    });
    await kill(world, ids.slice(0, 1), ["broken"]);
    expect((await world.row(ids[2] ?? 0)).pending_parents).to.equal(1);
    await world.store.retryDeadLetters({ ...ANY, namespace }, PAGE);
    expect(await world.row(ids[2] ?? 0)).to.include({ state: "blocked", pending_parents: 2, generation: 1 });
  });

  it("leaves dead what stands behind a parent that failed and is not retried", async () => {
    const world = current();
    const namespace = freshName("dead-");
    const ids = await world.submit([{}, { siblingParents: [0], onParentFailure: "fail" }], { namespace });
    await kill(world, ids.slice(0, 1), ["broken"]);
    const query = { ...ANY, namespace, reason: "parent_failed" };
    expect(await world.store.retryDeadLetters(query, PAGE)).to.include({ retried: 0, refused: 1 });
    expect(await world.states(ids)).to.deep.equal(["dead", "dead"]);
    // With its parent it goes; the pages meet parents first.
    expect(
      await world.store.retryDeadLetters({ ...ANY, namespace }, { pageSize: 1, pageToken: null }),
    ).to.include({
      retried: 1,
      revived: 1,
    });
    expect(await world.states(ids)).to.deep.equal(["ready", "blocked"]);
  });

  it("hands the priority of a revived dependent to the parents it waits for", async () => {
    const world = current();
    const namespace = freshName("dead-");
    const ids = await world.submit([{}, {}, { siblingParents: [0, 1], priority: 9 }], { namespace });
    await kill(world, ids.slice(0, 1), ["broken"]);
    await world.store.lowerAncestors(ids.slice(2));
    expect((await world.row(ids[1] ?? 0)).effective_priority).to.equal(3);
    const { changed } = await world.store.retryDeadLetters({ ...ANY, namespace }, PAGE);
    expect(await world.row(ids[1] ?? 0)).to.include({ effective_priority: 9, priority_source: ids[2] });
    expect(changed.map(({ id }) => id)).to.have.members(ids.toSpliced(1, 1).concat(ids[1] ?? 0));
  });
}

function discardSuite(current: () => StoreWorld): void {
  it("takes them off the list for good, and keeps jobs and history", async () => {
    const world = current();
    const { namespace, ids } = await deadJobs(world, ["a", "b"]);
    const query = { ...ANY, namespace };
    const first = await world.store.discardDeadLetters(query, { pageSize: 1, pageToken: null });
    expect(first.discarded).to.equal(1);
    expect(await world.store.discardDeadLetters({ ...query, jobIds: ids }, PAGE)).to.include({
      discarded: 1,
    });
    expect((await world.views.listDeadLetters(query, PAGE)).letters).to.deep.equal([]);
    expect(await world.views.groupDeadLetters(query, 10)).to.deep.equal([]);
    expect(await world.store.retryDeadLetters(query, PAGE)).to.include({ retried: 0 });
    const discarded = await world.views.listDeadLetters({ ...query, isDiscarded: true }, PAGE);
    expect(discarded.letters.map(({ message }) => message)).to.deep.equal(["b", "a"]);
    expect(await world.states(ids)).to.deep.equal(["dead", "dead"]);
    const [decoded = { id: 0, createdMs: 0 }] = await world.decoded(ids.slice(0, 1));
    const view = await world.views.getJob(namespace, decoded);
    expect(view?.discardedAt).to.be.an.instanceOf(Date);
    expect(view?.executions).to.have.length(1);
    // Named by id, it may still be retried.
    const named = { ...query, jobIds: ids.slice(0, 1), isDiscarded: null };
    expect(await world.store.retryDeadLetters(named, PAGE)).to.include({ retried: 1 });
    expect((await world.views.getJob(namespace, decoded))?.discardedAt).to.equal(null);
  });
}
