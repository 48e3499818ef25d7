/**
 * What grpc-js can do on this machine: calls one by one and 50 at a time, messages on one stream, and connections
 * that are opened and have their first echo. The server is a process of its own and does nothing but echo.
 */
import { Client, credentials, Metadata, type ClientDuplexStream } from "@grpc/grpc-js";
import { fileURLToPath } from "node:url";
import type { FigureMeasurement, Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { latencyOf } from "../support/moments.js";
import { Program } from "../support/program.js";
import { ECHO } from "./echo-service.js";

const MAIN = fileURLToPath(new URL("./echo-process.js", import.meta.url));
const START_MS = 30_000;
const PARALLEL = 100;
const MESSAGE = Buffer.alloc(200, 120);

export const limitGrpc: Scenario = {
  name: "limit-grpc",
  shows: "grpc-js alone, an echo: calls, messages on a stream, and connections opened a second",
  uses: ["jobs", "streams"],
  parameters: { jobs: 20_000, streams: 1_000 },
  servers: 0,
  async setup(bench) {
    const { jobs, streams } = bench.parameters;
    const program = new Program({ command: process.execPath, args: [MAIN], ipc: true });
    const [, port = ""] = await program.line(/^port (\d+)$/, START_MS);
    const address = `127.0.0.1:${port}`;
    return {
      async run() {
        const client = new Client(address, credentials.createInsecure());
        const alone: number[] = [];
        const measured = [
          await inFlight("calls, 1 in flight", "calls/s", 1, Math.ceil(jobs / 4), async () => {
            const startUs = monoUs();
            await callOnce(client);
            alone.push((monoUs() - startUs) / 1_000);
          }),
          await inFlight("calls, 50 in flight", "calls/s", 50, jobs, () => callOnce(client)),
          await onOneStream(client, jobs),
        ];
        client.close();
        const opened: Client[] = [];
        measured.push(
          await inFlight("grpc-connect", "connections/s", PARALLEL, streams, async () => {
            opened.push(await connect(address));
          }),
        );
        for (const one of opened) one.close();
        return [...measured, latencyOf("one call", alone)];
      },
      teardown: () => program.stop("SIGKILL"),
    };
  },
};

async function inFlight(
  name: string,
  unit: string,
  lanes: number,
  count: number,
  once: () => Promise<void>,
): Promise<FigureMeasurement> {
  let left = count;
  const startUs = monoUs();
  const lane = async (): Promise<void> => {
    while (left-- > 0) await once();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { kind: "figure", name, value: count / ((monoUs() - startUs) / 1e6), unit };
}

function callOnce(client: Client): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = ECHO.Once;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, MESSAGE, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function openStream(client: Client): ClientDuplexStream<Buffer, Buffer> {
  const { path, requestSerialize, responseDeserialize } = ECHO.Stream;
  return client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, new Metadata());
}

/** 100 messages under way at once. */
function onOneStream(client: Client, messages: number): Promise<FigureMeasurement> {
  return new Promise((resolve, reject) => {
    const stream = openStream(client);
    let sent = 0;
    let received = 0;
    const startUs = monoUs();
    stream.on("error", reject);
    stream.on("data", () => {
      if (sent < messages && sent++ >= 0) stream.write(MESSAGE);
      if (++received < messages) return;
      stream.end();
      const value = messages / ((monoUs() - startUs) / 1e6);
      resolve({ kind: "figure", name: "messages, 100 in flight on a stream", value, unit: "messages/s" });
    });
    for (; sent < Math.min(PARALLEL, messages); sent++) stream.write(MESSAGE);
  });
}

/** A connection of its own, with its first echo. */
function connect(address: string): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
    const stream = openStream(client);
    stream.on("error", reject);
    stream.once("data", () => {
      stream.removeAllListeners("error");
      stream.on("error", () => undefined); // it is cut when all are open
      resolve(client);
    });
    stream.write(MESSAGE);
  });
}
