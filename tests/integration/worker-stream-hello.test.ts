/** How a stream begins, and every way in which it does not (R1, R2, R16). */
import { status } from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { expect } from "chai";
import { contract } from "../../proto/load.js";
import type { Hello } from "../../proto/gen/muster/worker/v1/Hello.js";
import { MusterError } from "../../server/core/errors.js";
import { assignment, hello, publicId, StreamRoom, until } from "../unit/rpc/worker-stream/stream-room.js";

/** Field names of BadRequest and the reason of ErrorInfo, from the trailers of a failed call. */
function detailsOf(error: { readonly metadata: { get(key: string): unknown[] } } | null): {
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fields: readonly string[];
} {
  const decode = (name: string, bytes: Buffer) => {
    const definition = contract()[name];
    if (definition === undefined || !("deserialize" in definition)) throw new Error(`no message ${name}`);
    return (definition as MessageTypeDefinition<object, object>).deserialize(bytes);
  };
  const bytes = error?.metadata.get("grpc-status-details-bin")[0];
  if (!Buffer.isBuffer(bytes)) throw new Error("no grpc-status-details-bin");
  let reason = "";
  let metadata = {};
  let fields: string[] = [];
  const { details } = decode("google.rpc.Status", bytes) as {
    details?: { type_url: string; value: Buffer }[];
  };
  for (const detail of details ?? []) {
    const type = detail.type_url.split("/").at(-1) ?? "";
    const value = decode(type, detail.value) as {
      reason?: string;
      metadata?: Record<string, string>;
      fieldViolations?: { field: string; description: string }[];
    };
    if (type === "google.rpc.ErrorInfo") {
      reason = value.reason ?? "";
      metadata = value.metadata ?? {};
    }
    if (type === "google.rpc.BadRequest") {
      fields = (value.fieldViolations ?? []).map(({ field, description }) => `${field}: ${description}`);
    }
  }
  return { reason, metadata, fields };
}

describe("worker stream: the first frame", () => {
  let room: StreamRoom;

  const openRoom = async (options: ConstructorParameters<typeof StreamRoom>[0] = {}) => {
    await room.close();
    room = await new StreamRoom(options).open();
  };

  async function refused(fields: Hello) {
    const worker = room.worker();
    worker.send({ hello: hello(fields) });
    const { code } = await worker.ends();
    return { code, ...detailsOf(worker.error) };
  }

  beforeEach(async () => {
    room = await new StreamRoom().open();
  });

  afterEach(() => room.close());

  it("ends a stream that sends no Hello in time", async () => {
    await openRoom({ timing: { helloTimeoutMs: 60, watchPeriodMs: 20 } });
    const worker = room.worker();
    expect((await worker.ends()).code).to.equal(status.DEADLINE_EXCEEDED);
    expect(detailsOf(worker.error).reason).to.equal("HELLO_TIMEOUT");
    await until("the stream to be forgotten", () => room.service.openCount() === 0);
  });

  it("refuses another first frame", async () => {
    const worker = room.worker();
    worker.send({ heartbeat: { pingId: 1 } });
    expect((await worker.ends()).code).to.equal(status.INVALID_ARGUMENT);
    const { reason, fields } = detailsOf(worker.error);
    expect(reason).to.equal("HELLO_INVALID");
    expect(fields).to.deep.equal(["message: expected hello as the first frame, got heartbeat"]);
  });

  it("refuses a second Hello", async () => {
    const worker = await room.registered();
    worker.send({ hello: hello() });
    expect((await worker.ends()).code).to.equal(status.INVALID_ARGUMENT);
    expect(detailsOf(worker.error).reason).to.equal("FRAME_INVALID");
    await until("the end to be told", () => room.sessions.last.ends.length > 0);
    expect(room.sessions.last.ends).to.deep.equal(["lost"]);
  });

  it("names every violation with the expected and the got", async () => {
    const { code, reason, fields } = await refused({
      namespace: "No",
      workerId: "a b",
      instanceId: "not-a-uuid",
      subscriptions: [{ queue: "q" }, { queue: "q", jobTypes: ["bad type"], maxInFlight: 10_001 }],
      labels: { "bad key": "x", fine: "a\0b" },
      window: { maxInFlight: 20_000 },
      resume: { sessionId: "zero", token: Buffer.alloc(0) },
      inFlight: [{ ref: { jobId: publicId(5), leaseEpoch: 0 } }, { ref: { jobId: "junk", leaseEpoch: 1 } }],
    });
    expect(code).to.equal(status.INVALID_ARGUMENT);
    expect(reason).to.equal("HELLO_INVALID");
    expect(fields.map((line) => line.split(":")[0])).to.have.members([
      "namespace",
      "instance_id",
      "worker_id",
      "subscriptions[1].queue",
      "subscriptions[1].max_in_flight",
      "subscriptions[1].job_types[0]",
      "window.max_in_flight",
      'labels["bad key"]',
      'labels["fine"]',
      "resume.session_id",
      "resume.token",
      "in_flight[0].ref.lease_epoch",
      "in_flight[1].ref.job_id",
    ]);
    expect(fields).to.include("window.max_in_flight: expected 0 to 10000, got 20000");
    expect(room.sessions.sessions).to.be.empty;
  });

  it("refuses a Hello without subscriptions or window", async () => {
    const worker = room.worker();
    worker.send({ hello: { protocolMin: 1, protocolMax: 1, instanceId: hello().instanceId ?? "" } });
    await worker.ends();
    const names = detailsOf(worker.error).fields.map((line) => line.split(":")[0]);
    expect(names).to.deep.equal(["subscriptions", "window"]);
  });

  it("refuses a protocol range without 1 and says which it speaks", async () => {
    const { code, reason, metadata } = await refused({ protocolMin: 2, protocolMax: 5 });
    expect(code).to.equal(status.FAILED_PRECONDITION);
    expect(reason).to.equal("PROTOCOL_UNSUPPORTED");
    expect(metadata).to.include({ protocol_min: "1", protocol_max: "1" });
  });

  it("answers protocol 1 to a worker that speaks more, and only features that it knows", async () => {
    const worker = await room.registered({ protocolMin: 1, protocolMax: 7, features: ["from_the_future"] });
    expect(worker.of("welcome")[0]?.protocol).to.equal(1);
    expect(worker.of("welcome")[0]?.features).to.equal(undefined);
  });

  it("takes the instance id for a worker without an id", async () => {
    const { instanceId = "" } = hello();
    await room.registered({ instanceId });
    expect(room.sessions.last.hello.workerId).to.equal(instanceId);
  });

  it("passes on the refusal of a registration", async () => {
    room.sessions.onRegister = () =>
      Promise.reject(new MusterError("SESSION_EXPIRED", "the session is over"));
    const { code, reason } = await refused({});
    expect(code).to.equal(status.ABORTED);
    expect(reason).to.equal("SESSION_EXPIRED");
  });

  it("shows a bug of a registration as one, without its text", async () => {
    room.sessions.onRegister = () => Promise.reject(new Error("secret text"));
    const worker = room.worker();
    worker.send({ hello: hello() });
    const { code, details } = await worker.ends();
    expect(code).to.equal(status.INTERNAL);
    expect(details).not.to.include("secret");
  });

  it("tells a session that its peer left while it was being registered", async () => {
    let commit = (): void => undefined;
    let isWaiting = false;
    room.sessions.onRegister = () =>
      new Promise((resolve) => {
        isWaiting = true;
        commit = resolve;
      });
    const worker = room.worker();
    worker.send({ hello: hello() });
    await until("registration", () => isWaiting);
    worker.call.cancel();
    await until("the stream to be forgotten", () => room.service.openCount() === 0);
    commit();
    await until("the end to be told", () => room.sessions.sessions[0]?.ends.length === 1);
    expect(room.sessions.last.isActive).to.equal(false);
  });

  it("refuses streams above the limit, and takes them again", async () => {
    await openRoom({ maxSessions: 1 });
    const first = await room.registered();
    const second = room.worker();
    expect((await second.ends()).code).to.equal(status.RESOURCE_EXHAUSTED);
    expect(detailsOf(second.error).reason).to.equal("SESSION_LIMIT");
    first.call.cancel();
    await until("room", () => room.service.openCount() === 0);
    await room.registered();
  });

  it("sends verdicts in several batches, the last one marked", async () => {
    const verdicts = Array.from({ length: 2_500 }, (_, i) => ({
      publicId: publicId(i + 1),
      ref: { jobId: i + 1, leaseEpoch: 2 },
      attempt: 1,
      action: "revoked" as const,
    }));
    room.sessions.registration = { verdicts, resumed: true };
    const worker = room.worker();
    const inFlight = verdicts.map(({ publicId: jobId }) => ({ ref: { jobId, leaseEpoch: 2, attempt: 1 } }));
    worker.send({ hello: hello({ resume: { sessionId: "12", token: Buffer.from("t") }, inFlight }) });
    await until("the last batch", () => worker.of("reconcileBatch").at(-1)?.last === true);
    expect(worker.of("reconcileBatch").map((batch) => batch.verdicts?.length)).to.deep.equal([
      1_000, 1_000, 500,
    ]);
    expect(worker.of("reconcileBatch").map((batch) => batch.last ?? false)).to.deep.equal([
      false,
      false,
      true,
    ]);
    expect(worker.of("welcome")[0]?.resumed).to.equal(true);
    expect(room.sessions.last.hello.resume).to.deep.equal({ sessionId: 12, token: Buffer.from("t") });
    expect(room.sessions.last.hello.inFlight).to.have.length(2_500);
  });

  it("writes assignments made inside activate() after the reconcile batch", async () => {
    room.sessions.onSession = (session) => {
      session.onActivate = () => session.stream.assign([assignment(1)]);
    };
    const worker = await room.registered();
    await worker.sees("assignmentBatch");
    expect(worker.frames.map((frame) => frame.message)).to.deep.equal([
      "welcome",
      "reconcileBatch",
      "assignmentBatch",
    ]);
  });
});
