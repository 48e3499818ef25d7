/**
 * Loaded into a process, says where V8 allocates objects of a place in the code whose first ones all stayed alive: by how
 * much its old space grows while two million more come and go. Alone at once, else at SIGUSR2, in a line of its own.
 */
import { getHeapSpaceStatistics } from "node:v8";

const KEPT = 200_000;
const PASSING = 2_000_000;

function oldSpaceBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === "old_space")?.space_used_size ?? 0;
}

function make(at: number): object {
  return { at, inner: { text: "x", list: [at, at] } };
}

function grownMib(): number {
  const kept = Array.from({ length: KEPT }, (_, at) => make(at));
  const few: object[] = [];
  let grown = 0;
  let before = oldSpaceBytes();
  for (let at = 0; at < PASSING; at++) {
    few[at % 8] = make(at);
    if (at % 5_000 > 0) continue;
    const now = oldSpaceBytes();
    grown += Math.max(0, now - before);
    before = now;
  }
  return kept.length > 0 ? Math.round(grown / 2 ** 20) : 0;
}

const say = (): void => console.log(`old space grew by ${grownMib()} MiB`);
if (process.argv[2] === "alone") say();
else process.on("SIGUSR2", say);
