/** Who may use the few connections, and in which order. */
import { expect } from "chai";
import { eventually } from "../../support/eventually.js";
import { Slots } from "../../../server/store/slots.js";

describe("Slots", () => {
  /** A task that runs until it is told to end, and the account of what began in which order. */
  function tasks() {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const task = (name: string) => (): Promise<void> => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    };
    const end = async (name: string): Promise<void> => {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { begun, task, end };
  }

  it("runs as many as there are slots, the others in their order", async () => {
    const { begun, task, end } = tasks();
    const slots = new Slots(2);
    const all = ["a", "b", "c", "d"].map((name) => slots.run(task(name)));
    expect(begun).to.deep.equal(["a", "b"]);
    await end("b");
    await end("a");
    expect(begun).to.deep.equal(["a", "b", "c", "d"]);
    await Promise.all([end("c"), end("d"), ...all]);
  });

  it("leaves a slot to whoever is not patient, and serves them first", async () => {
    const { begun, task, end } = tasks();
    const slots = new Slots(3);
    const patient = ["p1", "p2", "p3", "p4"].map((name) => slots.runPatiently(task(name)));
    expect(begun).to.deep.equal(["p1", "p2"]);
    const others = ["a", "b", "c"].map((name) => slots.run(task(name)));
    expect(begun).to.deep.equal(["p1", "p2", "a"]);
    await end("p1");
    await end("a");
    expect(begun).to.deep.equal(["p1", "p2", "a", "b", "c"]);
    for (const name of ["p2", "b"]) await end(name);
    expect(begun.at(-1)).to.equal("p3");
    for (const name of ["c", "p3", "p4"]) await end(name);
    await Promise.all([...patient, ...others]);
    expect(begun).to.have.length(7);
  });

  it("says again and again that tasks wait, until none does", async () => {
    const { task, end } = tasks();
    let said = 0;
    const slots = new Slots(1, () => said++);
    const running = slots.run(task("a"));
    const waiting = slots.runPatiently(task("b"));
    await eventually(() => said === 2, 10_000);
    await end("a");
    await end("b");
    await Promise.all([running, waiting]);
    expect(said, "asked while nobody waits").to.equal(2);
  });

  it("goes on after a task that failed, and with one slot alone", async () => {
    const slots = new Slots(1);
    const failing = slots.runPatiently(() => Promise.reject(new Error("no")));
    const next = slots.runPatiently(() => Promise.resolve("yes"));
    expect(await failing.catch((error: unknown) => String(error))).to.equal("Error: no");
    expect(await next).to.equal("yes");
  });
});
