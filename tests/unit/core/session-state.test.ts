import { expect } from "chai";
import { WORKER_STATES } from "../../../server/core/operations.js";
import {
  isSessionOver,
  mayBeAssigned,
  moveSession,
  SESSION_MOVES,
  SESSION_STATES,
  WORKER_STATE_OF,
  type SessionEvent,
  type SessionState,
} from "../../../server/core/session-state.js";

const eventsOf = (state: SessionState) => Object.keys(SESSION_MOVES[state]) as SessionEvent[];

function walk(...events: SessionEvent[]): SessionState {
  return events.reduce<SessionState>((state, event) => {
    const next = moveSession(state, event);
    if (next === null) throw new Error(`illegal: ${state} ${event}`);
    return next;
  }, "connected");
}

const LIVE: readonly SessionState[] = ["active", "worker_draining", "server_draining"];

describe("session states", () => {
  it("are all reached from a new connection, and all lead to an end", () => {
    const reached = new Set<SessionState>(["connected"]);
    for (const state of reached)
      for (const event of eventsOf(state)) reached.add(moveSession(state, event) ?? state);
    expect([...reached].sort()).to.deep.equal([...SESSION_STATES].sort());
    for (const start of SESSION_STATES) {
      const ahead = new Set<SessionState>([start]);
      for (const state of ahead)
        for (const event of eventsOf(state)) ahead.add(moveSession(state, event) ?? state);
      expect([...ahead].some(isSessionOver), start).to.equal(true);
    }
  });

  it("give jobs to an active session only, which is one whose rows are committed", () => {
    expect(SESSION_STATES.filter(mayBeAssigned)).to.deep.equal(["active"]);
    const ways = SESSION_STATES.flatMap((state) =>
      eventsOf(state)
        .filter((event) => moveSession(state, event) === "active")
        .map((event) => `${state} ${event}`),
    );
    expect(ways).to.deep.equal(["registering welcomed"]);
  });

  it("detach a live session whose stream is lost, and let it resume", () => {
    for (const state of LIVE) expect(moveSession(state, "stream_lost"), state).to.equal("detached");
    expect(walk("authenticated", "hello", "welcomed", "stream_lost", "resumed", "welcomed")).to.equal(
      "active",
    );
    expect(walk("authenticated", "hello", "welcomed", "stream_lost", "lease_over")).to.equal("expired");
  });

  it("end a live session by its lease, a newer process or a fence", () => {
    for (const state of LIVE) {
      expect(moveSession(state, "lease_over"), state).to.equal("expired");
      expect(moveSession(state, "newer_hello"), state).to.equal("replaced");
      expect(moveSession(state, "fence"), state).to.equal("fenced");
    }
  });

  it("drain both ways", () => {
    expect(walk("authenticated", "hello", "welcomed", "drain_requested", "drained")).to.equal("closed");
    expect(walk("authenticated", "hello", "welcomed", "server_drain", "resumed", "drained")).to.equal(
      "closed",
    );
    expect(walk("authenticated", "hello", "welcomed", "server_drain", "close_after")).to.equal("detached");
  });

  it("have nothing after an end", () => {
    expect(SESSION_STATES.filter(isSessionOver)).to.deep.equal(["expired", "replaced", "fenced", "closed"]);
    expect(walk("authenticated", "hello_timeout")).to.equal("closed");
    expect(moveSession("closed", "resumed")).to.equal(null);
    expect(moveSession("expired", "resumed")).to.equal(null);
  });

  it("show as every word there is for a worker, and as none before there is a row", () => {
    const words = SESSION_STATES.map((state) => WORKER_STATE_OF[state]);
    expect(new Set(words)).to.deep.equal(new Set([null, ...WORKER_STATES]));
    const hidden = SESSION_STATES.filter((state) => WORKER_STATE_OF[state] === null);
    expect(hidden).to.deep.equal(["connected", "await_hello", "registering"]);
  });
});
