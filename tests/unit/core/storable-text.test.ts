import { expect } from "chai";
import fc from "fast-check";
import { expectStorable, storableBytes } from "../../../server/core/storable-text.js";

const character = fc
  .oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff))
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

describe("storableBytes", () => {
  it("counts the bytes of UTF-8", () => {
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        const text = characters.join("");
        const expected = text.includes("\0") ? null : Buffer.byteLength(text);
        expect(storableBytes(text)).to.equal(expected);
      }),
    );
  });

  it("refuses NUL and surrogates that stand alone, wherever they are", () => {
    for (const bad of ["\0", "\ud800", "\udc00", "\udc00\ud800", "\ud800\ud800\udc00"]) {
      for (const text of [bad, `a${bad}`, `${bad}z`])
        expect(storableBytes(text), JSON.stringify(text)).to.equal(null);
    }
    expect(storableBytes("\ud83d\ude00")).to.equal(4);
  });

  it("agrees with what survives being written as UTF-8", () => {
    const unit = fc.integer({ min: 1, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = units.join("");
        const survives = Buffer.from(text, "utf8").toString("utf8") === text;
        expect(storableBytes(text) !== null).to.equal(survives);
      }),
    );
  });
});

describe("expectStorable", () => {
  it("says what it expected, or nothing", () => {
    expect(expectStorable("é", 2)).to.equal(null);
    expect(expectStorable("é", 1)).to.equal("at most 1 bytes");
    expect(expectStorable("\0", 9)).to.contain("NUL");
  });
});
