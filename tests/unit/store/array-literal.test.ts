/** Array literals against what Postgres would have to read: checked by parsing them as the driver does. */
import { expect } from "chai";
import fc from "fast-check";
import pg from "pg";
import { numberArray, textArray } from "../../../server/store/array-literal.js";

/** The oid of text[]; the driver's list of types names scalars alone. */
const TEXT_ARRAY: number = 1009;
const parse = pg.types.getTypeParser(TEXT_ARRAY, "text") as (text: string) => (string | null)[];

describe("array literals", () => {
  it("hold any text, and null", () => {
    const texts = fc.array(fc.option(fc.string({ unit: "binary", maxLength: 20 })), { maxLength: 20 });
    fc.assert(
      fc.property(texts, (values) => {
        expect(parse(textArray(values))).to.deep.equal(values);
      }),
    );
  });

  it("hold the texts that look like something else", () => {
    const values = ["null", "NULL", "", " ", "{}", '"', "\\", ",", '{"a":"b\\n"}', "a b"];
    expect(parse(textArray(values))).to.deep.equal(values);
  });

  it("hold whole numbers up to 2^53, and null", () => {
    const numbers = fc.array(fc.option(fc.maxSafeInteger()), { maxLength: 50 });
    fc.assert(
      fc.property(numbers, (values) => {
        const read = parse(numberArray(values)).map((text) => (text === null ? null : Number(text)));
        expect(read).to.deep.equal(values.map((value) => (value === null ? null : value + 0)));
      }),
    );
  });
});
