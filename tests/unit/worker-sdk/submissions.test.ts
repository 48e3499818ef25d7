/** Submissions over one stream: what is sent together, what a broken stream leaves uncertain, and when it ends. */
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import type { Submission__Output } from "../../../proto/gen/muster/jobs/v1/Submission.js";
import type { SubmitEachRequest__Output } from "../../../proto/gen/muster/jobs/v1/SubmitEachRequest.js";
import { services } from "../../../proto/load.js";
import { Client, type JobInput } from "../../../worker-sdk/typescript/index.js";
import { eventually } from "../../support/eventually.js";
import { failureOf } from "./failure-of.js";
import { type EachCall, refusal } from "./scripted-submissions.js";
import { richTrailers, ScriptedServer } from "./scripted-server.js";

interface Stream {
  readonly call: EachCall;
  readonly messages: Submission__Output[][];
  hasEnded: boolean;
}

describe("submissions over one stream", () => {
  let server: ScriptedServer;
  let client: Client;
  let streams: Stream[];
  let unaryCalls: number;

  beforeEach(async () => {
    streams = [];
    unaryCalls = 0;
    const SubmitEach = (call: EachCall): void => {
      const stream: Stream = { call, messages: [], hasEnded: false };
      streams.push(stream);
      call.on("error", () => undefined);
      call.on("data", ({ submissions = [] }: SubmitEachRequest__Output) => stream.messages.push(submissions));
      call.on("end", () => {
        stream.hasEnded = true;
        call.end();
      });
    };
    const SubmitJobs = (_: unknown, answer: (error: null, response: object) => void): void => {
      unaryCalls++;
      answer(null, { jobs: Array.from({ length: 51 }, () => ({ jobId: "u" })) });
    };
    server = await new ScriptedServer([
      [services().jobs.JobsService.service, { SubmitEach, SubmitJobs }],
    ]).open();
    client = new Client({ address: server.address });
  });

  afterEach(async () => {
    client.close();
    await server.close();
  });

  const job = (key: string): JobInput => ({ type: "t", key });

  /** The first message on the stream that is the `at`th. */
  async function received(at: number, message = 0): Promise<{ call: EachCall; got: Submission__Output[] }> {
    await eventually(() => streams[at]?.messages[message] !== undefined, 3_000);
    const { call, messages } = streams[at] as Stream;
    return { call, got: messages[message] as Submission__Output[] };
  }

  const accepted = ({ id = 0, jobs = [] }: Submission__Output) => ({
    id,
    jobs: jobs.map(({ key }) => ({ jobId: `id-${key}`, key: key ?? "" })),
  });

  it("sends those of one turn in one message, and knows each answer by its id", async () => {
    const all = Promise.all(["a", "b", "c"].map((key) => client.submit(job(key))));
    const { call, got } = await received(0);
    expect(got.map(({ jobs }) => jobs?.[0]?.key)).to.deep.equal(["a", "b", "c"]);
    for (const submission of got.toReversed()) call.write({ answers: [accepted(submission)] });
    expect((await all).map(({ id }) => id)).to.deep.equal(["id-a", "id-b", "id-c"]);
    expect(streams).to.have.length(1);
  });

  it("refuses one and accepts the other", async () => {
    const [bad, good] = [client.submit(job("a")), client.submit(job("b"))];
    const failure = failureOf(bad);
    const { call, got } = await received(0);
    const metadata = richTrailers("JOB_CONFLICT");
    call.write({
      answers: [
        {
          id: got[0]?.id ?? 0,
          error: refusal({ code: status.FAILED_PRECONDITION, details: "no", metadata }),
        },
        accepted(got[1] ?? {}),
      ],
    });
    expect(await failure).to.deep.include({ code: "JOB_CONFLICT", grpcStatus: "FAILED_PRECONDITION" });
    expect((await good).id).to.equal("id-b");
  });

  it("says of what was sent on a stream that broke that nobody knows, and tries it again when it has a key", async () => {
    const uncertain = failureOf(client.submit(job("a")));
    const keyed = client.submit({ ...job("b"), idempotencyKey: "k" });
    const { call } = await received(0);
    call.emit("error", { code: status.UNAVAILABLE, details: "Connection dropped" });
    expect(await uncertain).to.deep.include({ grpcStatus: "UNAVAILABLE", nothingWritten: false });
    const again = await received(1);
    expect(again.got.map(({ jobs }) => jobs?.[0]?.key)).to.deep.equal(["b"]);
    again.call.write({ answers: again.got.map(accepted) });
    expect((await keyed).id).to.equal("id-b");
  });

  it("sends again what a server that stops did not answer", async () => {
    const both = Promise.all([client.submit(job("a")), client.submit(job("b"))]);
    const { call, got } = await received(0);
    call.write({ answers: [accepted(got[0] ?? {})] });
    const metadata = richTrailers("DRAINING", 1);
    call.emit("error", { code: status.UNAVAILABLE, details: "stopping", metadata });
    const again = await received(1);
    expect(again.got.map(({ jobs }) => jobs?.[0]?.key)).to.deep.equal(["b"]);
    again.call.write({ answers: again.got.map(accepted) });
    expect((await both).map(({ id }) => id)).to.deep.equal(["id-a", "id-b"]);
  });

  it("gives up at the deadline without an answer, and an answer that comes later harms nobody", async () => {
    client.close();
    client = new Client({ address: server.address, deadlineMs: 300 });
    const late = failureOf(client.submit(job("a")));
    const { call, got } = await received(0);
    expect(await late).to.deep.include({ code: "DEADLINE_EXCEEDED", nothingWritten: false });
    const next = client.submit(job("b"));
    const second = await received(0, 1);
    call.write({ answers: [accepted(got[0] ?? {}), accepted(second.got[0] ?? {})] });
    expect((await next).id).to.equal("id-b");
  });

  it("has no more than a thousand unanswered; the rest waits here", async () => {
    const all = Array.from({ length: 1_500 }, (_, at) => client.submit(job(String(at))));
    const { call } = await received(0);
    const got = (): Submission__Output[] => streams[0]?.messages.flat() ?? [];
    await eventually(() => got().length === 1_000, 3_000);
    call.write({ answers: got().slice(0, 10).map(accepted) });
    await eventually(() => got().length > 1_000, 3_000);
    expect(got()).to.have.length(1_010);
    call.write({ answers: got().slice(10).map(accepted) });
    await eventually(() => got().length === 1_500, 3_000);
    call.write({ answers: got().slice(1_010).map(accepted) });
    expect(new Set((await Promise.all(all)).map(({ id }) => id)).size).to.equal(1_500);
  });

  it("sends no more than it should at once of what is large, and a very large one in a call of its own", async () => {
    const payload = Buffer.alloc(200 * 1024);
    const all = Array.from({ length: 100 }, () => client.submit({ type: "t", payload }));
    const { call } = await received(0);
    const got = (): Submission__Output[] => streams[0]?.messages.flat() ?? [];
    await eventually(() => got().length >= 40, 3_000);
    // What else had been sent would be here after as many round trips on the same connection.
    for (let trip = 0; trip < 20; trip++) await client.get("no such id").catch(() => undefined);
    expect(got().length).to.be.below(45); // 8 MiB
    expect(Math.max(...(streams[0]?.messages ?? []).map(({ length }) => length))).to.equal(1);
    for (let answered = 0; answered < 100;) {
      const open = got().slice(answered);
      answered += open.length;
      call.write({ answers: open.map(accepted) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.allSettled(all);
    await client.submit({ type: "t", payload: Buffer.alloc(600 * 1024) });
    expect(unaryCalls).to.equal(1);
  });

  it("ends the stream when nothing came for a second, and opens another when something comes", async () => {
    const first = client.submit(job("a"));
    const { call, got } = await received(0);
    call.write({ answers: got.map(accepted) });
    await first;
    await eventually(() => streams[0]?.hasEnded === true, 3_000);
    const second = client.submit(job("b"));
    const next = await received(1);
    next.call.write({ answers: next.got.map(accepted) });
    expect((await second).id).to.equal("id-b");
  });

  it("fails what is under way when the client is closed", async () => {
    const open = failureOf(client.submit(job("a")));
    await received(0);
    client.close();
    expect((await open).code).to.equal("CANCELLED");
    expect((await failureOf(client.submit(job("b")))).code, "after it was closed").to.equal("CANCELLED");
  });

  it("makes a call of its own for a large submission", async () => {
    const jobs = Array.from({ length: 51 }, (_, at) => job(String(at)));
    expect(await client.submit(jobs)).to.have.length(51);
    expect([unaryCalls, streams.length]).to.deep.equal([1, 0]);
  });
});
