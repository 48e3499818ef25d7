import { expect } from "chai";
import fc from "fast-check";
import { formatId, parseId } from "../../../server/core/job-id.js";

const anyId = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }),
  fc.maxSafeNat().filter((id) => id > 0),
);
const anyTime = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe("job ids", () => {
  it("read back as what they were made of", () => {
    fc.assert(
      fc.property(anyId, anyTime, (id, createdMs) => {
        const text = formatId(id, createdMs);
        expect(text).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(parseId(text)).to.deep.equal({ id, createdMs });
        expect(parseId(text.toUpperCase())).to.deep.equal({ id, createdMs });
      }),
    );
    expect(parseId(formatId(Number.MAX_SAFE_INTEGER, 0))).to.deep.equal({
      id: Number.MAX_SAFE_INTEGER,
      createdMs: 0,
    });
  });

  it("sort by creation time", () => {
    fc.assert(
      fc.property(anyId, anyId, anyTime, anyTime, (a, b, first, second) => {
        fc.pre(first < second);
        expect(formatId(a, first) < formatId(b, second)).to.equal(true);
      }),
    );
  });

  it("never pass for the same job with another digit, and seldom for any job", () => {
    const altered = fc
      .tuple(anyId, anyTime, fc.nat(35), fc.constantFrom(..."0123456789abcdef"))
      .map(([id, createdMs, at, digit]) => {
        const text = formatId(id, createdMs);
        return { text, other: text.slice(0, at) + digit + text.slice(at + 1) };
      })
      .filter(({ text, other }) => text !== other);
    const samples = fc.sample(altered, { numRuns: 20_000, seed: 7 });
    const accepted = samples.filter(({ other }) => parseId(other) !== null);
    for (const { text, other } of accepted) expect(parseId(other)).to.not.deep.equal(parseId(text));
    // 12 check bits let about 1 in 4096 through, which the creation time of the row then refuses.
    expect(accepted.length).to.be.lessThan(20);
  });

  it("are not made of any other text", () => {
    const made = formatId(77, 1_800_000_000_000);
    const others = ["", "77", `${made} `, ` ${made}`, `${made}\n`, made.slice(1), made.replaceAll("-", "")];
    for (const text of others) expect(parseId(text), JSON.stringify(text)).to.equal(null);
    fc.assert(fc.property(fc.string(), (text) => parseId(text) === null));
    fc.assert(fc.property(fc.uuid({ version: 4 }), (text) => parseId(text) === null));
  });

  it("refuse numbers that would not read back", () => {
    for (const id of [0, -1, 1.5, 2 ** 53, Number.NaN])
      expect(() => formatId(id, 1)).to.throw(RangeError, "id");
    for (const time of [-1, 1.5, 2 ** 48, Number.NaN]) {
      expect(() => formatId(1, time)).to.throw(RangeError, "createdMs");
    }
  });
});
