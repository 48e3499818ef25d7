/** What one watcher iterates over: when it joins and leaves, and that it keeps nothing that it gave. */
import { expect } from "chai";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WatchMailbox } from "../../../server/coordinator/watch-mailbox.js";
import { WatchStates, type Joined } from "../../../server/coordinator/watch-states.js";
import { eventually } from "../../support/eventually.js";

interface State {
  readonly text: string;
}

function setUp() {
  const mailbox = new WatchMailbox<State>(() => undefined);
  const calls: string[] = [];
  const join = (): Promise<Joined<State> | null> => {
    calls.push("join");
    return Promise.resolve({ mailbox, leave: () => calls.push("leave") });
  };
  const states = new WatchStates(join, ({ text }) => text === "last");
  return { mailbox, calls, states };
}

describe("the states of a watch", () => {
  it("are joined when the first is asked for, and left with the last", async () => {
    const { mailbox, calls, states } = setUp();
    expect(calls).to.deep.equal([]);
    mailbox.put("1", { text: "first" });
    expect(await states.next()).to.deep.equal({ done: false, value: { text: "first" } });
    expect(calls).to.deep.equal(["join"]);
    mailbox.put("2", { text: "last" });
    expect(await states.next()).to.deep.equal({ done: false, value: { text: "last" } });
    expect(calls).to.deep.equal(["join", "leave"]);
    mailbox.put("3", { text: "too late" });
    expect((await states.next()).done).to.equal(true);
  });

  it("end for whoever waits when the caller returns, and with an error that is given", async () => {
    const returned = setUp();
    const waiting = returned.states.next();
    await eventually(() => returned.calls.length === 1, 1_000);
    expect((await returned.states.return()).done).to.equal(true);
    expect((await waiting).done).to.equal(true);
    expect(new Set(returned.calls)).to.deep.equal(new Set(["join", "leave"]));

    const early = setUp();
    const joining = early.states.next();
    void early.states.return(); // it has not joined yet
    expect((await joining).done).to.equal(true);
    expect(early.calls).to.deep.equal(["join", "leave"]);

    const failed = setUp();
    failed.mailbox.fail(new Error("given"));
    const error = await failed.states.next().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property("message", "given");
    expect(failed.calls).to.include("leave");
    expect((await failed.states.next()).done).to.equal(true);
  });

  it("are not kept while the next is waited for", async () => {
    const { mailbox, states } = setUp();
    const give = async (): Promise<WeakRef<State>> => {
      mailbox.put("1", { text: "large" });
      const next = await states.next();
      return new WeakRef(next.value as State);
    };
    const given = await give();
    const waiting = states.next();
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    await eventually(() => (collect(), given.deref() === undefined), 5_000);
    mailbox.put("2", { text: "next" });
    expect((await waiting).value).to.deep.equal({ text: "next" });
  });
});
