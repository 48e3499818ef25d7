/**
 * Peers that keep no rule: malformed, oversized and flooding traffic on HTTP/2 against a real server. Each attack
 * gets a clear end, the server's memory stays bounded, and the workers beside it go on with the sessions they have.
 */
import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld, type Replica } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";
import {
  type CallEnd,
  grpcMessage,
  helloFrame,
  HostilePeer,
  RawSocket,
  SUBMIT,
  WORKER_STREAM,
  workerFrame,
} from "../support/hostile-http2.js";
import { PeakMemory } from "../support/peak-memory.js";

const MIB = 1_048_576;
/** What an attack may cost while it lasts. One message under way on each of a connection's streams is allowed. */
const GROWTH_BYTES_MAX = 160 * MIB;
const [HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION] = [1, 3, 4, 6, 9];
const END_HEADERS = 4;
/** Length, type, flags and stream of a GOAWAY; the last stream and the code come behind. */
const GOAWAY = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0]);
const COMPRESSION_ERROR = 9;

function goawayCode({ received }: RawSocket): number | null {
  const at = received.indexOf(GOAWAY);
  return at === -1 || received.length < at + 17 ? null : received.readUInt32BE(at + 13);
}
/** `:method: POST`, `:scheme: http`, `:path: /` from the static table of HPACK. */
const SHORT_HEADERS = Buffer.from([0x83, 0x86, 0x84]);

/** The headers of a worker's call, every one spelled out and none indexed. */
function workerStreamHeaders(): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const field = (name: string, value: string): Buffer =>
    Buffer.concat([Buffer.from([0]), text(name), text(value)]);
  return Buffer.concat([
    Buffer.from([0x83, 0x86]),
    field(":path", WORKER_STREAM),
    field("content-type", "application/grpc"),
    field("te", "trailers"),
  ]);
}

describe("a server among hostile peers", function () {
  this.timeout(120_000);
  let world: FaultWorld;
  let replica: Replica;
  let records: WorkerRecord[];
  let workers: readonly RecordedWorker[];
  let load: Load;
  let peers: { close(): Promise<void> }[];
  let memory: PeakMemory;
  const broken: RawSocket[] = [];

  before(async () => {
    world = await FaultWorld.open({
      MUSTER_LEASE_TTL_MS: "120000",
      MUSTER_KEEPALIVE_INTERVAL_MS: "6000",
      MUSTER_KEEPALIVE_TIMEOUT_MS: "4000",
    });
    replica = await world.startReplica();
    records = [];
    const addresses = [replica.address];
    workers = await Promise.all(
      ["w1", "w2"].map((id) => startRecordedWorker({ records }, { id, addresses, concurrency: 8 })),
    );
    load = new Load({ addresses, jobsPerSecond: 20, mayGoOn: () => load.unanswered < 20 });
    load.start();
  });

  beforeEach(async () => {
    peers = [];
    await untilMore(10);
    memory = await PeakMemory.start(replica.process.pid);
  });

  /** Whatever it was: memory is bounded, the others go on, and the server has said nothing of a bug. */
  afterEach(async () => {
    await untilMore(10);
    const grewBytes = await memory.stop();
    await Promise.all(peers.map((peer) => peer.close()));
    expect(grewBytes, "memory the attack cost").to.be.below(GROWTH_BYTES_MAX);
    expect(workers.map(({ sessions, resumes }) => [sessions.length, resumes])).to.deep.equal(
      workers.map(() => [1, 0]),
    );
    expect(
      replica.process.stderr.filter((line) => /unhandled|uncaught|"level":"error"/i.test(line)),
    ).to.deep.equal([]);
  });

  after(async () => {
    await load.stop();
    try {
      const { rerun } = await verdict(world, { loads: [load], records, drainWithinMs: 60_000 });
      expect(rerun).to.equal(0);
      expect(Object.fromEntries(load.failures)).to.deep.equal({});
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
      await world.close();
    }
  });

  async function untilMore(jobs: number): Promise<void> {
    const acked = (): number => records.filter(({ event }) => event === "ack").length;
    const before = acked();
    await eventually(() => acked() >= before + jobs, 30_000);
  }

  function openPeer(windowBytes?: number): HostilePeer {
    const made = new HostilePeer(replica.address, windowBytes);
    peers.push(made);
    return made;
  }

  async function rawSocket(): Promise<RawSocket> {
    const made = await RawSocket.open(replica.address);
    peers.push(made);
    return made;
  }

  /** @returns how the call ended after these bytes and, if `isWhole`, the end of the request */
  async function endAfter(
    bytes: Buffer,
    options: { readonly path?: string; readonly isWhole?: boolean } = {},
  ): Promise<CallEnd> {
    const { stream, end } = openPeer().call(options.path);
    stream.write(bytes);
    if (options.isWhole === true) stream.end();
    return end;
  }

  it("messages that cannot be read end their own call with a status", async () => {
    const garbage = Buffer.from(Array.from({ length: 400 }, (_, at) => (at * 151 + 7) % 256));
    const hello = helloFrame("evil", "elsewhere", 1).subarray(5);
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    const [internal, tooLarge, invalid, unimplemented] = ["status 13", "status 8", "status 3", "status 12"];
    const cases: readonly (readonly [string, Promise<CallEnd>, readonly string[]])[] = [
      ["garbage for a frame", endAfter(grpcMessage(garbage)), [internal, invalid]],
      ["a frame cut in the middle", endAfter(grpcMessage(hello.subarray(0, 20))), [internal, invalid]],
      [
        "less than was declared",
        endAfter(grpcMessage(hello, { declared: hello.length + 9 }), { isWhole: true }),
        [internal, invalid],
      ],
      ["2 GiB declared", endAfter(grpcMessage(hello, { declared: 2 ** 31 })), [tooLarge]],
      [
        "garbage that says it is compressed",
        endAfter(grpcMessage(garbage, { flag: 1 })),
        [internal, unimplemented],
      ],
      [
        "a submission of garbage",
        endAfter(grpcMessage(garbage), { path: SUBMIT, isWhole: true }),
        [internal, invalid],
      ],
      [
        "a bomb without an encoding",
        endAfter(grpcMessage(bomb, { flag: 1 }), { path: SUBMIT, isWhole: true }),
        [internal, unimplemented, tooLarge],
      ],
      ["no such method", endAfter(grpcMessage(hello), { path: "/muster.none/None" }), [unimplemented]],
      ["a Hello that is empty", endAfter(workerFrame({ seq: 1, hello: {} })), [invalid]],
      ["a heartbeat before the Hello", endAfter(workerFrame({ seq: 1, heartbeat: {} })), [invalid]],
      [
        "two Hellos",
        endAfter(Buffer.concat([helloFrame("evil", "elsewhere", 1), helloFrame("evil", "elsewhere", 1)])),
        [invalid],
      ],
    ];
    for (const [what, ending, expected] of cases) expect(await ending, what).to.be.oneOf(expected);
  });

  it("a message over the limit is refused, on many streams at once too", async () => {
    const big = openPeer();
    const body = Buffer.alloc(17 * MIB, 0x0a);
    const ends = Array.from({ length: 4 }, () => {
      const { stream, end } = big.call(SUBMIT);
      stream.end(grpcMessage(body));
      return end;
    });
    // The refusal comes before all of it was sent, so the stream may also be reset behind it.
    for (const end of await Promise.all(ends)) expect(end).to.match(/^status 8$|^reset/);
  });

  it("5,000 worker streams on one connection: a hundred are open, and the connection ends", async () => {
    const raw = await rawSocket();
    raw.greet();
    const payload = workerStreamHeaders();
    await raw.flood(5_000, (at) =>
      raw.frame({ type: HEADERS, flags: END_HEADERS, stream: 2 * at + 1, payload }),
    );
    await raw.gone;
  });

  it("not HTTP/2 at all: the connection ends", async () => {
    const raw = await rawSocket();
    raw.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20));
    await raw.gone;
  });

  it("headers that cannot be decoded: the connection is refused everything", async () => {
    const raw = await RawSocket.open(replica.address);
    raw.greet();
    raw.frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: Buffer.alloc(64, 0xff) });
    broken.push(raw);
    await eventually(() => goawayCode(raw) === COMPRESSION_ERROR, 10_000);
  });

  /** Floods until the server ends the connection, or reads no more of it. */
  async function expectThrownOut(what: string, next: (raw: RawSocket, at: number) => boolean): Promise<void> {
    const raw = await RawSocket.open(replica.address);
    raw.greet();
    broken.push(raw);
    let sent = 0;
    const flood = raw.flood(2_000_000, (at) => {
      sent = at + 1;
      return next(raw, at);
    });
    const stuck = new Promise<void>((resolve) => raw.socket.setTimeout(2_000, resolve));
    await Promise.race([flood, stuck]);
    expect(sent).to.be.below(2_000_000);
    note(`${what} until the connection was heard no more`, sent, "frames");
  }

  it("rapid reset: streams opened and reset at once", () =>
    expectThrownOut("HEADERS and RST_STREAM", (raw, at) => {
      const stream = 2 * at + 1;
      raw.frame({ type: HEADERS, flags: END_HEADERS, stream, payload: SHORT_HEADERS });
      return raw.frame({ type: RST_STREAM, flags: 0, stream, payload: Buffer.from([0, 0, 0, 8]) });
    }));

  it("headers that never end: CONTINUATION after CONTINUATION", () =>
    expectThrownOut("CONTINUATION", (raw, at) => {
      const payload = Buffer.concat([
        Buffer.from([0x40, 1, 0x61, 0x7f, 0x81, 0x07]),
        Buffer.alloc(1_000, 0x62),
      ]);
      return raw.frame({ type: at === 0 ? HEADERS : CONTINUATION, flags: 0, stream: 1, payload });
    }));

  it("PING and SETTINGS without reading an answer", async () => {
    for (const type of [PING, SETTINGS]) {
      const raw = await rawSocket();
      raw.greet();
      raw.socket.pause(); // so that the answers have nowhere to go
      const payload = Buffer.alloc(type === PING ? 8 : 0);
      const frames = 400_000;
      const sending = raw.flood(frames, () => raw.frame({ type, flags: 0, stream: 0, payload }));
      const stuck = new Promise<"stuck">((resolve) => raw.socket.setTimeout(2_000, () => resolve("stuck")));
      // Either it is thrown out, or it is not read any more: then it harms itself alone. It is never heard to its end.
      expect(await Promise.race([sending, stuck])).to.not.equal(frames);
      await raw.close();
    }
  });

  it("500 connections that say nothing, and one that says it byte by byte", async () => {
    const silent = await Promise.all(Array.from({ length: 500 }, () => rawSocket()));
    const slow = await rawSocket();
    const hello = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    for (const byte of hello.subarray(0, 12)) {
      slow.socket.write(Buffer.from([byte]));
      await untilMore(1);
    }
    // Ten seconds is what the server allows for a handshake.
    await Promise.all([...silent, slow].map(({ gone }) => gone));
  });

  it("every connection that broke HTTP/2 is gone", async () => {
    // Some end at once. Node reads the others no more and leaves them open; the keepalive ends them after 10 s.
    expect(broken).to.have.lengthOf(3);
    await Promise.all(broken.map(({ gone }) => gone));
    await Promise.all(broken.map((raw) => raw.close()));
  });
});
