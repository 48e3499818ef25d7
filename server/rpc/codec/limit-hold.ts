/** A limit that holds a ready job back, as a job and an explanation show it. Encodes only. */
import type { LimitHold as LimitHoldMessage } from "../../../proto/gen/muster/jobs/v1/LimitHold.js";
import type { LimitHold } from "../../core/limits.js";
import { encodeOptionalDuration, encodeOptionalTimestamp } from "./time.js";

export function encodeLimitHold(hold: LimitHold): LimitHoldMessage {
  return {
    kind: hold.kind,
    bound: hold.bound,
    running: hold.running,
    ahead: hold.ahead,
    nextStartAt: encodeOptionalTimestamp(hold.nextStartAt),
    concurrencyKey: hold.key ?? "",
    period: encodeOptionalDuration(hold.periodMs),
  } satisfies LimitHoldMessage;
}
