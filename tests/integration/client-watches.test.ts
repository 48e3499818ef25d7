/** Many waits of one client: each watch ends by itself, so that its connection is never taken for an attacker's. */
import { expect } from "chai";
import type { JobView } from "../../server/core/job.js";
import { formatId } from "../../server/core/job-id.js";
import { GRPC_FRONT_DEFAULTS } from "../../server/rpc/front.js";
import { WATCHES_MAX } from "../../worker-sdk/typescript/client/call-gate.js";
import { Client } from "../../worker-sdk/typescript/index.js";
import { eventually } from "../support/eventually.js";
import { runFront, type RunningFront } from "../unit/rpc/running-front.js";
import { FULL_JOB, JOB_ID } from "../unit/rpc/views.js";

/** HTTP/2 servers end the connection of a client that resets more streams than this, and 33 a second besides. */
const RESETS_MAX = 1_000;
const LANES = 20;
const OTHER_ID = formatId(7, Date.UTC(2026, 0, 1));

describe("a client that waits for many jobs", () => {
  let running: RunningFront | undefined;
  let client: Client | undefined;

  afterEach(async () => {
    client?.close();
    await running?.close();
  });

  it("keeps its connection: the server ends each watch, and the client lets it", async () => {
    let opened = 0;
    const isWatching = new AbortController();
    running = await runFront({
      jobs: {
        async *watchJob(_namespace: string, publicId: string, over: AbortSignal): AsyncGenerator<JobView> {
          if (publicId === JOB_ID) return yield { ...FULL_JOB, state: "succeeded" };
          opened++;
          yield { ...FULL_JOB, state: "running" };
          await new Promise<void>((resolve) =>
            over.addEventListener("abort", () => resolve(), { once: true }),
          );
        },
      },
    });
    const { address, ended } = running;
    const own = (client = new Client({ address }));
    const watching = own.watchJob(OTHER_ID, { signal: isWatching.signal });
    await watching.next();
    let waits = 0;
    const lane = async (): Promise<void> => {
      while (waits < RESETS_MAX * 1.5) {
        waits++;
        expect((await own.waitFor(JOB_ID)).state).to.equal("succeeded");
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await eventually(() => ended.length >= waits, 5_000);
    expect(new Set(ended.map(({ status }) => status))).to.deep.equal(new Set(["OK"]));
    expect(opened, "the watch that was open all the time").to.equal(1);
    isWatching.abort();
    await watching.next().catch(() => undefined);
  });

  it("may wait for more than a connection has streams, and calls do not wait behind that", async () => {
    const waits = GRPC_FRONT_DEFAULTS.streamsPerConnectionMax + 100;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let open = 0;
    let mostOpen = 0;
    running = await runFront({
      jobs: {
        getJob: () => Promise.resolve(FULL_JOB),
        async *watchJob(): AsyncGenerator<JobView> {
          mostOpen = Math.max(mostOpen, ++open);
          yield { ...FULL_JOB, state: "running" };
          await ended;
          open--;
          yield { ...FULL_JOB, state: "succeeded" };
        },
      },
    });
    const own = (client = new Client({ address: running.address, deadlineMs: 5_000 }));
    const waiting = Promise.all(Array.from({ length: waits }, () => own.waitFor(JOB_ID)));
    await eventually(() => open === WATCHES_MAX, 10_000);
    expect((await own.get(JOB_ID)).id).to.equal(JOB_ID);
    const stop = new AbortController();
    const late = own.waitFor(JOB_ID, { signal: stop.signal });
    stop.abort(new Error("never mind"));
    expect(await late.catch((error: unknown) => String(error))).to.equal("Error: never mind");
    end();
    expect((await waiting).map(({ state }) => state)).to.deep.equal(
      Array.from({ length: waits }, () => "succeeded"),
    );
    expect(mostOpen).to.equal(WATCHES_MAX);
  });

  it("cancels a watch that it leaves early", async () => {
    running = await runFront({
      jobs: {
        async *watchJob(_namespace: string, _id: string, over: AbortSignal): AsyncGenerator<JobView> {
          yield { ...FULL_JOB, state: "running" };
          await new Promise<void>((resolve) =>
            over.addEventListener("abort", () => resolve(), { once: true }),
          );
        },
      },
    });
    const { address, ended } = running;
    client = new Client({ address });
    for await (const job of client.watchJob(JOB_ID)) {
      expect(job.state).to.equal("running");
      break;
    }
    await eventually(() => ended.length === 1, 5_000);
    expect(ended[0]?.status).to.equal("CANCELLED");
  });
});
