/** A Redis key prefix of its own for one test file or one test, so that files share a server without meeting. */
import { randomBytes } from "node:crypto";

export function freshKeyPrefix(): string {
  return `muster-test-${process.pid}-${randomBytes(4).toString("hex")}`;
}
