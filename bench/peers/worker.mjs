// A peer's worker, a process of its own: handlers that do nothing but take the time. Speaks the messages of
// support/worker-messages.ts, so that the bench drives it as it drives Muster's. A job counts when its handler begins,
// which flatters the peers: Muster's counts when its result was committed and acknowledged.
import { contenders } from "./contenders.mjs";

const COUNTS_MS = 20;
const { peer, place, isForLatency } = JSON.parse(process.argv[2]);
let receivedUs = new Float64Array(0);
let received = 0;
let timer;
let consumer;

const tell = (message) => process.connected && process.send(message);

function tellCountsSoon() {
  timer ??= setTimeout(() => {
    timer = undefined;
    tell({ kind: "counts", received, settled: received, refused: 0 });
  }, COUNTS_MS);
}

function handle({ seq }) {
  receivedUs[seq] = Number(process.hrtime.bigint()) / 1_000;
  received++;
  tellCountsSoon();
}

async function connect() {
  consumer = await contenders[peer].consumer(place, handle, isForLatency);
  tell({ kind: "registered" });
}

async function leave() {
  await consumer?.close();
  process.disconnect();
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

process.on("message", (message) => {
  if (message.kind === "connect") connect().catch(fail);
  else if (message.kind === "begin") {
    receivedUs = new Float64Array(message.capacity);
    received = 0;
    tell({ kind: "begun" });
  } else if (message.kind === "collect") {
    const moments = { receivedUs, returnedUs: receivedUs, settledUs: receivedUs };
    tell({ kind: "collected", ...moments, received, refused: 0 });
  } else leave().catch(fail);
});
process.on("disconnect", () => process.exit(0));
tell({ kind: "ready" });
