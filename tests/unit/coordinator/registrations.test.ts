/** Workers that register together: one statement, and what one of them cannot have keeps no other from its own. */
import { expect } from "chai";
import { Registrations } from "../../../server/coordinator/registrations.js";
import { ONE_LANE } from "../../../server/coordinator/group-commit.js";
import { MusterError } from "../../../server/core/errors.js";
import type { Registered, RegisterRequest } from "../../../server/core/store.js";
import { registration } from "../../support/registration.js";

const REGISTERED: Registered = {
  sessionId: 1,
  epoch: 1,
  resumed: false,
  replacedSessionId: null,
  formerServerId: null,
  held: [],
};

/** The workers of each statement, and registrations that are answered by `answer`. */
function recorded(answer: (request: RegisterRequest) => Registered | null) {
  const statements: string[][] = [];
  const register = async (requests: readonly RegisterRequest[]) => {
    statements.push(requests.map(({ hello }) => hello.workerId));
    await Promise.resolve();
    return requests.map(answer);
  };
  return { statements, registrations: new Registrations({ register }, ONE_LANE) };
}

describe("registrations", () => {
  it("of workers that come together are one statement; of one worker one after the other", async () => {
    const { statements, registrations } = recorded(() => REGISTERED);
    const workers = ["a", "b", "a", "c", "a"];
    await Promise.all(workers.map((workerId) => registrations.register(registration({ workerId }))));
    expect(statements).to.deep.equal([["a", "b", "c"], ["a"], ["a"]]);
  });

  it("that fail are tried alone, so that the others have theirs", async () => {
    const { statements, registrations } = recorded(({ hello }) => {
      if (hello.workerId === "bad") throw new Error("expected a label, got another");
      return hello.workerId === "over" ? null : REGISTERED;
    });
    const requests = [registration({ workerId: "good" }), registration({ workerId: "bad" })];
    requests.push(registration({ workerId: "over" }, 7));
    const settled = await Promise.allSettled(requests.map((request) => registrations.register(request)));
    expect(settled.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)))).to.deep.equal(
      [
        REGISTERED,
        "Error: expected a label, got another",
        "MusterError: session 7 is over: its jobs went to others",
      ],
    );
    expect(statements).to.deep.equal([["good", "bad", "over"], ["good"], ["bad"], ["over"]]);
  });

  it("are not tried again one by one while the store is away", async () => {
    const { statements, registrations } = recorded(() => {
      throw new MusterError("STORE_DOWN", "away");
    });
    const requests = ["a", "b"].map((workerId) => registrations.register(registration({ workerId })));
    for (const one of await Promise.allSettled(requests)) expect(one.status).to.equal("rejected");
    expect(statements).to.have.length(1);
  });
});
