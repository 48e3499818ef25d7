/** How calls, watches and bulk submissions end before they are done: the client is closed, a signal aborts, a refusal. */
import {
  status,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { expect } from "chai";
import { getMaxListeners, setMaxListeners } from "node:events";
import { services } from "../../../proto/load.js";
import { CALLS_MAX, WATCHES_MAX } from "../../../worker-sdk/typescript/client/call-gate.js";
import { Client, type JobInput } from "../../../worker-sdk/typescript/index.js";
import { eventually } from "../../support/eventually.js";
import { signal } from "../../support/signal.js";
import { failureOf } from "./failure-of.js";
import { richTrailers, ScriptedServer } from "./scripted-server.js";

const ENOUGH = new Error("enough");
const ignore = (): void => undefined;

describe("Client: ends", () => {
  let server: ScriptedServer;
  let client: Client;
  let calls: number;
  let watches: number;
  let refuseBatches: () => void;

  beforeEach(async () => {
    calls = 0;
    watches = 0;
    const count = (): number => ++calls;
    server = await new ScriptedServer([
      [
        services().jobs.JobsService.service,
        {
          // None of them is ever answered.
          GetJob: (_call: ServerUnaryCall<object, object>) => count(),
          SubmitEach: () => count(),
          WatchJob: (call: ServerWritableStream<object, object>) => {
            watches++;
            call.write({ job: { jobId: "j", state: "JOB_STATE_READY" } });
          },
          StreamJobs: (call: ServerReadableStream<object, object>, answer: sendUnaryData<object>) => {
            call.on("data", count);
            refuseBatches = () =>
              answer({
                code: status.INVALID_ARGUMENT,
                details: "bad",
                metadata: richTrailers("INVALID_JOB"),
              });
          },
        },
      ],
    ]).open();
    client = new Client({ address: server.address });
  });

  afterEach(async () => {
    client.close();
    await server.close();
  });

  it("ends every call, watch and submission when it is closed, also those that wait for their turn", async () => {
    const waiting = [
      ...Array.from({ length: CALLS_MAX + 5 }, () => client.get("j")),
      ...Array.from({ length: WATCHES_MAX + 5 }, () => client.waitFor("j")),
      client.submit({ type: "a" }),
      client.stream(
        (async function* () {
          yield [{ type: "a" }];
          await new Promise(ignore);
        })(),
      ),
    ].map(failureOf);
    await eventually(() => calls === CALLS_MAX + 2 && watches === WATCHES_MAX, 10_000);
    client.close();
    const codes = (await Promise.all(waiting)).map(({ code }) => code);
    expect(new Set(codes)).to.deep.equal(new Set(["CANCELLED"]));
    expect([calls, watches]).to.deep.equal([CALLS_MAX + 2, WATCHES_MAX]);
  });

  it("is not used any more once it is closed", async () => {
    client.close();
    for (const call of [client.get("j"), client.waitFor("j"), client.submit({ type: "a" })])
      expect((await failureOf(call)).code).to.equal("CANCELLED");
  });

  it("ends what waits for a token, or for another try", async () => {
    const asked = signal();
    const slow = new Client({
      address: server.address,
      credentials: { token: () => (asked.fire(), new Promise<string>(ignore)) },
    });
    const waiting = [slow.get("j"), slow.waitFor("j")].map(failureOf);
    await asked.next();
    await asked.next();
    slow.close();
    expect((await Promise.all(waiting)).map(({ code }) => code)).to.deep.equal(["CANCELLED", "CANCELLED"]);
    await server.refuse();
    const tried = failureOf(client.get("j"));
    const watched = failureOf(client.waitFor("j"));
    await new Promise((resolve) => setImmediate(resolve));
    client.close();
    expect((await Promise.all([tried, watched])).map(({ code }) => code)).to.deep.equal([
      "CANCELLED",
      "CANCELLED",
    ]);
  });

  it("hears a signal that aborts while the token is fetched", async () => {
    const asked = signal();
    const slow = new Client({
      address: server.address,
      credentials: { token: () => (asked.fire(), new Promise<string>(ignore)) },
    });
    const stop = new AbortController();
    const waiting = slow.waitFor("j", { signal: stop.signal });
    await asked.next();
    stop.abort(ENOUGH);
    expect(await waiting.catch((error: unknown) => error)).to.equal(ENOUGH);
    expect(watches).to.equal(0);
    slow.close();
  });

  it("ends any number of watches by one signal, whose own limit of listeners is kept", async () => {
    const stop = new AbortController();
    const careful = new AbortController();
    setMaxListeners(7, careful.signal);
    const waiting = Array.from({ length: 20 }, () => client.waitFor("j", { signal: stop.signal }));
    const last = client.waitFor("j", { signal: careful.signal });
    await eventually(() => watches === 21, 5_000);
    expect(getMaxListeners(stop.signal)).to.equal(Infinity);
    expect(getMaxListeners(careful.signal)).to.equal(7);
    stop.abort(ENOUGH);
    careful.abort(ENOUGH);
    for (const wait of [...waiting, last])
      expect(await wait.catch((error: unknown) => error)).to.equal(ENOUGH);
  });

  it("takes no more batches from a source once one was refused, and lets it end", async () => {
    const wake = signal();
    const ended = signal();
    let given = 0;
    async function* batches(): AsyncGenerator<JobInput[]> {
      try {
        for (;;) {
          given++;
          yield [{ type: "a" }];
          await wake.next();
        }
      } finally {
        ended.fire();
      }
    }
    const streaming = failureOf(client.stream(batches()));
    await eventually(() => calls === 1, 5_000);
    refuseBatches();
    expect((await streaming).code).to.equal("INVALID_JOB");
    wake.fire();
    await ended.next();
    expect(given).to.be.at.most(2);
  });
});
