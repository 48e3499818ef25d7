/**
 * What MUSTER_FAILPOINTS arms, for tests only: the text, and what a server does at the points it names. config.ts
 * refuses it wherever a server might be a real one. Each entry acts once, at the given pass; every other pass goes on.
 *
 * | action | what happens at the point |
 * |---|---|
 * | crash | SIGKILL to itself: nothing is flushed, closed or said goodbye to |
 * | pause:MS | this path waits, everything else in the process goes on |
 * | stall:MS | the process stands still, as after SIGSTOP |
 * | throw | what was done is done, and its answer is lost |
 */
import { FAILPOINTS, failpoints, type Failpoint } from "./core/failpoints.js";
import { MusterError } from "./core/errors.js";
import type { Logger } from "./core/ports.js";

export interface ArmedFailpoint {
  readonly point: Failpoint;
  readonly action: "crash" | "pause" | "stall" | "throw";
  /** Of a pause or a stall. */
  readonly ms: number;
  /** At which pass, from 1. */
  readonly pass: number;
}

const ENTRY = /^([a-z_.]+)=(?:(crash|throw)|(pause|stall):(\d{1,6}))(?:@([1-9]\d{0,5}))?$/;
/** For the message about a bad value. */
export const FAILPOINTS_EXPECTED = "a list like claim.committed=crash,put.due=pause:3000@2 of known points";

/** @param text entries `point=action`, separated by commas; null when one of them means nothing */
export function parseFailpoints(text: string): readonly ArmedFailpoint[] | null {
  const armed: ArmedFailpoint[] = [];
  for (const entry of text.split(",")) {
    const [, point = "", end, wait, ms, pass] = ENTRY.exec(entry.trim()) ?? [];
    if (!isFailpoint(point)) return null;
    const action = (end ?? wait) as ArmedFailpoint["action"];
    armed.push({ point, action, ms: Number(ms ?? 0), pass: Number(pass ?? 1) });
  }
  return armed;
}

/** For this process, until it ends. Nothing is touched when the list is empty. */
export function armFailpoints(armed: readonly ArmedFailpoint[], logger: Logger): void {
  if (armed.length === 0) return;
  logger.warn({ armed }, "failpoints.armed");
  const passes = new Map<Failpoint, number>();
  failpoints.reach = async (point) => {
    const pass = (passes.get(point) ?? 0) + 1;
    passes.set(point, pass);
    const due = armed.find((entry) => entry.point === point && entry.pass === pass);
    if (due === undefined) return;
    logger.warn({ point, action: due.action, pass }, "failpoint.reached");
    await act(due);
    logger.warn({ point, action: due.action, pass }, "failpoint.passed");
  };
}

async function act({ point, action, ms }: ArmedFailpoint): Promise<void> {
  switch (action) {
    case "crash":
      process.kill(process.pid, "SIGKILL");
      // The signal is on its way; nothing of ours may run before it arrives.
      return standStill(60_000);
    case "stall":
      return standStill(ms);
    case "pause":
      await new Promise((resolve) => setTimeout(resolve, ms));
      return;
    case "throw":
      throw new MusterError("OUTCOME_UNKNOWN", `the answer was lost at the failpoint ${point}`);
  }
}

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function isFailpoint(name: string): name is Failpoint {
  return Object.hasOwn(FAILPOINTS, name);
}
