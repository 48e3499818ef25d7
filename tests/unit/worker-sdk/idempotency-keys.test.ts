/** Keys that make a submission the same one when it is sent again. */
import { expect } from "chai";
import { Client, type MusterClientError } from "../../../worker-sdk/typescript/index.js";

describe("an idempotency key", () => {
  it("is refused when it is empty, which would be none on the wire, and nothing is sent", async () => {
    const client = new Client({ address: "127.0.0.1:1" });
    for (const submitting of [
      () => client.submit({ type: "a", idempotencyKey: "" }),
      () => client.submitGraph({ name: "g", jobs: [{ type: "a" }], idempotencyKey: "" }),
    ]) {
      const error = (await submitting().catch((reason: unknown) => reason)) as MusterClientError;
      expect([error.code, error.violations[0]?.field]).to.deep.equal(["INVALID_JOB", "idempotency_key"]);
      expect(error.nothingWritten).to.equal(true);
    }
    client.close();
  });
});
