import { expect } from "chai";
import fc from "fast-check";
import { errorFingerprint, normalisedMessage } from "../../../server/core/error-fingerprint.js";

describe("normalisedMessage", () => {
  const EXAMPLES: Readonly<Record<string, string>> = {
    "row 17 is locked": "row # is locked",
    "took 1.5s, limit 1000ms": "took #s, limit #ms",
    "connect ECONNREFUSED 10.0.0.1:5432": "connect ECONNREFUSED #",
    "no order 01890a5d-ac96-774b-8000-000000000001 here": "no order # here",
    "segment 9f86d081884c7d65 at 0x7ffe, 3 of 5": "segment # at #, # of #",
    "user cus_9s6XKzkNRiz8i3 is unknown": "user # is unknown",
    "cannot read \"a b.txt\" or `c d` or 'e f'": "cannot read # or # or #",
    "worker3 can't reach host, isn't up": "worker# can't reach host, isn't up",
    "at 2030-01-31T08:00:00.123Z it failed": "at #Z it failed",
    "two\n  lines\tand  more": "two lines and more",
    "": "",
  };
  for (const [message, normalised] of Object.entries(EXAMPLES)) {
    it(`makes ${JSON.stringify(normalised)} of ${JSON.stringify(message)}`, () => {
      expect(normalisedMessage(message)).to.equal(normalised);
    });
  }
});

describe("errorFingerprint", () => {
  it("is the same for ever", () => {
    expect(errorFingerprint("Error", "row 17 is locked")).to.equal(
      errorFingerprint("Error", "row 4 is locked"),
    );
    expect(errorFingerprint("Error", "row 17 is locked")).to.equal("91fcc89b6a4b261c");
    expect(errorFingerprint("TIMEOUT", "the handler ran longer than 500 ms")).to.equal("adf1864a94680219");
  });

  it("does not see numbers, ids, hex and quoted parts", () => {
    const hex = fc
      .array(fc.constantFrom(..."0123456789abcdef"), { minLength: 7, maxLength: 40 })
      .map((d) => `1${d.join("")}`);
    const changing = fc.oneof(
      fc.nat().map(String),
      fc.double({ min: 0, max: 1e6, noNaN: true }).map((n) => n.toFixed(3)),
      fc.uuid(),
      hex,
      fc.stringMatching(/^[^"\n]{0,20}$/).map((text) => `"${text}"`),
    );
    fc.assert(
      fc.property(changing, changing, changing, (a, b, c) => {
        const of = (x: string): string => errorFingerprint("Error", `item ${x} of list ${c} is missing`);
        expect(of(a)).to.equal(of(b));
      }),
    );
  });

  it("tells errors with other words or another type apart", () => {
    const words = fc.stringMatching(/^[a-z]{1,12}( [a-z]{1,12}){0,4}$/);
    fc.assert(
      fc.property(words, words, (a, b) => {
        fc.pre(a !== b);
        expect(errorFingerprint("Error", a)).to.not.equal(errorFingerprint("Error", b));
        expect(errorFingerprint(a, "it failed")).to.not.equal(errorFingerprint(b, "it failed"));
      }),
    );
  });

  it("takes any message in linear time", () => {
    const nasty = [
      "'".repeat(5_000),
      '"a'.repeat(50_000),
      "1a".repeat(50_000),
      "#.".repeat(50_000),
      "\u0000\ud800",
    ];
    for (const message of nasty) expect(errorFingerprint("", message)).to.match(/^[0-9a-f]{16}$/);
  });
});
