import { expect } from "chai";
import {
  isTerminal,
  JOB_STATES,
  move,
  MOVES,
  STATE_CODE,
  stateOf,
  type JobEvent,
  type JobState,
} from "../../../server/core/job.js";

const eventsOf = (state: JobState): JobEvent[] => Object.keys(MOVES[state]) as JobEvent[];
const allEvents = [...new Set(JOB_STATES.flatMap(eventsOf))];

describe("job states", () => {
  it("are stored as their place in the list", () => {
    for (const [code, state] of JOB_STATES.entries()) {
      expect(STATE_CODE[state]).to.equal(code);
      expect(stateOf(code)).to.equal(state);
    }
    for (const code of [-1, 7, 0.5]) expect(() => stateOf(code)).to.throw(RangeError, "0..6");
  });

  it("are all reached from where a job starts", () => {
    const reached = new Set<JobState>(["blocked"]);
    for (const state of reached)
      for (const event of eventsOf(state)) reached.add(move(state, event) ?? state);
    expect([...reached].sort()).to.deep.equal([...JOB_STATES].sort());
  });

  it("are left for good when they are terminal, but for a retry by hand", () => {
    const terminal = JOB_STATES.filter(isTerminal);
    expect(terminal).to.deep.equal(["succeeded", "dead", "cancelled"]);
    for (const state of terminal) {
      for (const event of allEvents) {
        if (event === "retry" || event === "retry_blocked") continue;
        expect(move(state, event), `${state} ${event}`).to.equal(null);
      }
    }
    expect(move("succeeded", "retry")).to.equal(null);
    expect(move("succeeded", "retry_blocked")).to.equal(null);
  });

  it("are left by a retry by hand from dead and cancelled only", () => {
    for (const state of JOB_STATES) {
      const again = state === "dead" || state === "cancelled";
      expect(move(state, "retry"), state).to.equal(again ? "ready" : null);
      expect(move(state, "retry_blocked"), state).to.equal(again ? "blocked" : null);
    }
  });

  it("can all be cancelled while they are open", () => {
    for (const state of JOB_STATES) {
      expect(move(state, "cancel"), state).to.equal(isTerminal(state) ? null : "cancelled");
    }
  });

  it("lead to running and to succeeded by one way each", () => {
    const ways = (target: JobState) =>
      JOB_STATES.flatMap((state) =>
        eventsOf(state)
          .filter((event) => move(state, event) === target)
          .map((event) => `${state} ${event}`),
      );
    expect(ways("running")).to.deep.equal(["ready claimed"]);
    expect(ways("succeeded")).to.deep.equal(["running completed"]);
    expect(ways("blocked")).to.deep.equal(["dead retry_blocked", "cancelled retry_blocked"]);
  });
});
