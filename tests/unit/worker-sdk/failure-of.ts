/** What a call of the client fails with; that it does not fail, or with anything else, fails the test. */
import { expect } from "chai";
import { MusterClientError } from "../../../worker-sdk/typescript/index.js";

export async function failureOf(act: Promise<unknown>): Promise<MusterClientError> {
  const failure = await act.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).to.be.instanceOf(MusterClientError);
  return failure as MusterClientError;
}
