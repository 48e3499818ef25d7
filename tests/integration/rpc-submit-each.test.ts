/** SubmitEach: submissions side by side on one stream, each answered by itself, within bounds, over a real server. */
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import type { Status__Output } from "../../proto/gen/google/rpc/Status.js";
import type { SubmissionAnswer__Output } from "../../proto/gen/muster/jobs/v1/SubmissionAnswer.js";
import type { SubmitEachResponse__Output } from "../../proto/gen/muster/jobs/v1/SubmitEachResponse.js";
import { MusterError } from "../../server/core/errors.js";
import type { JobOperations } from "../../server/core/operations.js";
import { readDetails } from "../../worker-sdk/typescript/status-details.js";
import { eventually } from "../support/eventually.js";
import { settled } from "../support/settled.js";
import { call as unary, refused, runFront, type RunningFront } from "../unit/rpc/running-front.js";
import { JOB_ID } from "../unit/rpc/views.js";

const WITHIN_MS = 5_000;

describe("SubmitEach", () => {
  let running: RunningFront | undefined;
  /** Submissions under way, by the key of their first job. */
  let underWay: Map<string, { accept: () => void; refuse: (error: Error) => void }>;

  const submit: JobOperations["submit"] = (input) =>
    new Promise((resolve, reject) => {
      const key = input.jobs[0]?.key ?? "";
      underWay.set(key, {
        accept: () => {
          underWay.delete(key);
          const jobs = input.jobs.map((job) => ({ publicId: JOB_ID, key: job.key ?? null, existed: false }));
          resolve({ graphPublicId: null, existed: false, jobs });
        },
        refuse: reject,
      });
    });

  async function open() {
    running = await runFront({ jobs: { submit } });
    const { jobs } = running;
    const stream = jobs.SubmitEach();
    const answers: SubmissionAnswer__Output[] = [];
    const messages: number[] = [];
    stream.on("data", (response: SubmitEachResponse__Output) => {
      messages.push(response.answers?.length ?? 0);
      answers.push(...(response.answers ?? []));
    });
    const over = new Promise<void>((resolve, reject) => {
      stream.on("end", () => resolve());
      stream.on("error", reject);
    });
    over.catch(() => undefined);
    const send = (...ids: number[]): boolean =>
      stream.write({ submissions: ids.map((id) => ({ id, jobs: [{ type: "t", key: `k${id}` }] })) });
    return { call: stream, answers, messages, over, send, jobs };
  }

  beforeEach(() => (underWay = new Map()));

  afterEach(async () => {
    for (const each of underWay.values()) each.accept();
    await running?.close();
    running = undefined;
  });

  const accept = (...ids: number[]): void => {
    for (const id of ids) underWay.get(`k${id}`)?.accept();
  };

  it("answers each under its own id, in the order in which they are decided", async () => {
    const { call, answers, over, send } = await open();
    send(1, 2, 3);
    await eventually(() => underWay.size === 3, WITHIN_MS);
    accept(3);
    await eventually(() => answers.length === 1, WITHIN_MS);
    accept(1, 2);
    await eventually(() => answers.length === 3, WITHIN_MS);
    expect(answers.map(({ id, jobs }) => [id, jobs?.[0]?.key])).to.deep.equal([
      [3, "k3"],
      [1, "k1"],
      [2, "k2"],
    ]);
    call.end();
    await over;
  });

  it("sends what was decided together in one message", async () => {
    const { messages, send } = await open();
    send(...Array.from({ length: 100 }, (_, at) => at + 1));
    await eventually(() => underWay.size === 100, WITHIN_MS);
    for (const each of underWay.values()) each.accept();
    await eventually(() => messages.length > 0, WITHIN_MS);
    expect(messages).to.deep.equal([100]);
  });

  it("refuses one with all that SubmitJobs would say, and goes on", async () => {
    const { call, answers, send } = await open();
    call.write({ submissions: [{ id: 1, jobs: [{ type: "t" }, { type: "", key: "a\0b" }] }] });
    send(2);
    await eventually(() => underWay.has("k2"), WITHIN_MS);
    underWay.get("k2")?.refuse(new MusterError("STORE_DOWN", "away", { retryDelayMs: 700 }));
    send(3);
    await eventually(() => underWay.has("k3"), WITHIN_MS);
    accept(3);
    await eventually(() => answers.length === 3, WITHIN_MS);
    const byId = new Map(answers.map(({ id, error }) => [id, error]));
    const bad = byId.get(1) as Status__Output;
    expect(bad.code).to.equal(status.INVALID_ARGUMENT);
    const details = readDetails(bad.details);
    expect(details.reason).to.equal("INVALID_JOB");
    expect(details.violations[0]?.field).to.equal("jobs[1].key");
    expect(byId.get(2)?.code).to.equal(status.UNAVAILABLE);
    expect(readDetails(byId.get(2)?.details)).to.deep.include({ reason: "STORE_DOWN", retryDelayMs: 700 });
    expect(byId.get(3) ?? null).to.equal(null);
  });

  it("ends at a message whose ids cannot name answers, and answers what came before", async () => {
    for (const [ids, field] of [
      [[0], "submissions[0].id"],
      [[5, 5], "submissions[1].id"],
      [[6, 1], "submissions[1].id"],
      [[], "submissions"],
    ] as const) {
      const { answers, over, send, jobs } = await open();
      send(1);
      await eventually(() => underWay.has("k1"), WITHIN_MS);
      send(...ids);
      const error = refused(over);
      // Answered behind it on the same connection.
      await refused(unary(jobs.GetJob.bind(jobs), { jobId: JOB_ID }));
      accept(1);
      expect((await error).rich().violations[0]?.field).to.equal(field);
      expect(answers.map(({ id }) => id)).to.deep.equal([1]);
      await running?.close();
    }
  });

  it("reads nothing more while a thousand are under way", async () => {
    const { send, answers } = await open();
    for (let first = 1; first <= 3_000; first += 100)
      send(...Array.from({ length: 100 }, (_, at) => first + at));
    await eventually(() => underWay.size >= 1_000, WITHIN_MS);
    expect(await settled(() => underWay.size)).to.be.below(1_100);
    while (answers.length < 3_000) {
      for (const each of underWay.values()) each.accept();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(answers.map(({ id }) => id)).size).to.equal(3_000);
  });

  it("reads nothing more while what is under way takes 8 MiB", async () => {
    const { call, answers } = await open();
    const payload = { contentType: "x", inline: Buffer.alloc(1024 * 1024) };
    for (let id = 1; id <= 30; id++)
      call.write({ submissions: [{ id, jobs: [{ type: "t", key: `k${id}`, payload }] }] });
    await eventually(() => underWay.size >= 8, WITHIN_MS);
    expect(await settled(() => underWay.size)).to.be.below(10);
    while (answers.length < 30) {
      for (const each of underWay.values()) each.accept();
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it("answers everything that it read, then says DRAINING, when the server stops", async () => {
    const { answers, over, send } = await open();
    send(1, 2);
    await eventually(() => underWay.size === 2, WITHIN_MS);
    const error = refused(over);
    const stopped = running?.front.stop(10_000);
    send(3);
    accept(1, 2);
    expect((await error).rich().reason).to.equal("DRAINING");
    expect(answers.map(({ id }) => id)).to.have.members([1, 2]);
    expect(underWay.has("k3")).to.equal(false);
    await stopped;
  });

  it("counts each submission by how it ended, and the stream by how that ended", async () => {
    const { call, over, send } = await open();
    send(1, 2);
    await eventually(() => underWay.size === 2, WITHIN_MS);
    underWay.get("k2")?.refuse(new MusterError("STORE_DOWN", "away"));
    accept(1);
    call.end();
    await over;
    await eventually(() => running?.ended.length === 3, WITHIN_MS);
    expect(running?.ended.map(({ method, status: name }) => [method, name])).to.have.deep.members([
      ["JobsService/SubmitEach#submission", "OK"],
      ["JobsService/SubmitEach#submission", "UNAVAILABLE"],
      ["JobsService/SubmitEach", "OK"],
    ]);
    const lengths = running?.ended.filter(({ seconds }) => seconds !== null);
    expect(lengths, "the stream has none").to.have.length(2);
  });

  it("lets go of a client that left", async () => {
    const { call, over, send } = await open();
    send(1);
    await eventually(() => underWay.size === 1, WITHIN_MS);
    call.cancel();
    await refused(over);
    await eventually(() => running?.ended.length === 1, WITHIN_MS);
    accept(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(running?.ended[0]).to.include({ method: "JobsService/SubmitEach", status: "CANCELLED" });
    expect(running?.lines.filter(({ level }) => level === "error")).to.deep.equal([]);
  });
});
