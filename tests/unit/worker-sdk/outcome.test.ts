/** What handlers throw that nobody should throw: it fails their job, and nothing else. */
import { expect } from "chai";
import { outcomeOfThrow } from "../../../worker-sdk/typescript/worker/outcome.js";
import { ReleaseError, RetryAfterError } from "../../../worker-sdk/typescript/worker/handler-errors.js";
import { job } from "./scripted-server.js";
import { WorkerRoom } from "./worker-room.js";

const UNREADABLE = "the handler threw a value that cannot be read";

function trap(): never {
  throw new Error("a trap");
}

/** An error one field of which is not what its type says. */
function withField(field: string, value: unknown, error: Error = new Error("x")): Error {
  return Object.defineProperty(error, field, { value });
}

describe("outcomeOfThrow", () => {
  const mute = new Proxy(new Error("x"), { get: trap });
  const getter = Object.defineProperty(new Error("x"), "message", { get: trap });
  const cases: readonly (readonly [string, unknown, string, string])[] = [
    ["undefined", undefined, "Error", "undefined"],
    ["a symbol", Symbol("s"), "Error", "Symbol(s)"],
    ["an object without prototype", Object.create(null), "Error", UNREADABLE],
    ["an object that does not turn into text", { toString: trap }, "Error", UNREADABLE],
    ["a message that is an object", withField("message", { code: 42 }), "Error", "[object Object]"],
    ["a message without prototype", withField("message", Object.create(null)), "Error", ""],
    ["a name that is undefined", withField("name", undefined), "Error", "x"],
    ["a name that is a symbol", withField("name", Symbol("n")), "Symbol(n)", "x"],
    ["a message that throws", getter, "Error", ""],
    ["a proxy that shows nothing", mute, "Error", ""],
    ["a proxy that refuses to be asked", shyError(), "Error", UNREADABLE],
    ["a delay that is a symbol", withField("delayMs", Symbol("d"), new ReleaseError()), "Error", UNREADABLE],
    [
      "a delay that is a bigint",
      withField("delayMs", 1n, new RetryAfterError(1, "later")),
      "Error",
      UNREADABLE,
    ],
  ];
  for (const [what, thrown, errorType, message] of cases) {
    it(`reads ${what}`, () => {
      const outcome = outcomeOfThrow(thrown, undefined);
      expect("failure" in outcome && outcome.failure).to.deep.include({ errorType, message });
    });
  }

  it("takes a stack that is no text", () => {
    const outcome = outcomeOfThrow(withField("stack", 7), undefined);
    expect("failure" in outcome && outcome.failure.stackTrace).to.equal("7");
  });
});

describe("Worker whose handlers are odd", () => {
  let room: WorkerRoom;

  beforeEach(async () => {
    room = await new WorkerRoom().open();
  });

  afterEach(() => room.close());

  it("fails the job of each, and goes on", async () => {
    const { stream } = await room.active({
      handlers: {
        rejects: async () => Promise.reject(shyError()),
        throws: () => {
          throw Object.create(null);
        },
        unreadable: () => new Proxy({}, { get: trap, has: () => true, getPrototypeOf: trap }),
        promising: () => new Proxy({}, { get: () => trap, has: () => true }),
        echo: () => undefined,
      },
    });
    const odd = ["rejects", "throws", "unreadable", "promising"];
    stream.assign(...odd.map((jobType) => job(jobType, { jobType })), job("echo"));
    const results = await stream.seesResults(5);
    expect(results.filter(({ failure }) => failure).map(({ ref }) => ref?.jobId)).to.have.members(odd);
    expect(results.find(({ success }) => success)?.ref?.jobId).to.equal("echo");
  });
});

function shyError(): Error {
  return new Proxy(new Error("x"), { get: trap, getPrototypeOf: trap });
}
