import { InvalidArgumentError } from "commander";
import { expect } from "chai";
import { isoTime, keyValue, number, wholeNumber, wordsOf } from "../../../server/cli/options.js";

describe("option values", () => {
  it("reads numbers within bounds", () => {
    expect(wholeNumber(-10, 10)("-3")).to.equal(-3);
    expect(number(0, 10)("0.001")).to.equal(0.001);
    for (const text of ["", "x", "1.5", "11", "1e1"]) {
      expect(() => wholeNumber(0, 10)(text), text).to.throw(InvalidArgumentError, "from 0 to 10, got");
    }
    for (const text of ["", " ", "x", "-1", "NaN"]) {
      expect(() => number(0, 10)(text), text).to.throw(InvalidArgumentError);
    }
  });

  it("collects name=value pairs, with any value", () => {
    expect(keyValue("b=x=y", keyValue("a="))).to.deep.equal({ a: "", b: "x=y" });
    for (const text of ["a", "=a", ""]) expect(() => keyValue(text), text).to.throw(InvalidArgumentError);
  });

  it("reads ISO times and nothing that merely looks like a date", () => {
    expect(isoTime("2030-01-31T08:00:00Z").getTime()).to.equal(Date.UTC(2030, 0, 31, 8));
    for (const text of ["tomorrow", "1", "2030-13-01"])
      expect(() => isoTime(text), text).to.throw(InvalidArgumentError);
  });

  it("collects words of a list and names the known ones", () => {
    const words = wordsOf(["ready", "dead"]);
    expect(words("dead", words("ready, dead"))).to.deep.equal(["ready", "dead", "dead"]);
    expect(() => words("ready,gone")).to.throw(InvalidArgumentError, 'expected ready, dead, got "gone"');
  });
});
