/** Redrives of dead letters, as the admin service shows and takes them. */
import type { Redrive } from "../../../proto/gen/muster/admin/v1/Redrive.js";
import type { RedriveState as WireState } from "../../../proto/gen/muster/admin/v1/RedriveState.js";
import type { StartRedriveRequest__Output } from "../../../proto/gen/muster/admin/v1/StartRedriveRequest.js";
import {
  CANARY_DEFAULT,
  CANARY_MAX,
  PER_SECOND_DEFAULT,
  PER_SECOND_MAX,
  PER_SECOND_MIN,
  type RedriveSettings,
  type RedriveState,
  type RedriveView,
} from "../../core/redrive.js";
import { decodeNarrowFilter, encodeLetterFilter } from "./dead-letter.js";
import { Fields } from "./fields.js";
import { encodeOptionalTimestamp, encodeTimestamp } from "./time.js";

const STATE = {
  canary: "REDRIVE_STATE_CANARY",
  rest: "REDRIVE_STATE_REST",
  done: "REDRIVE_STATE_DONE",
  failed: "REDRIVE_STATE_FAILED",
  stopped: "REDRIVE_STATE_STOPPED",
} as const satisfies Record<RedriveState, WireState>;

export function encodeRedrive(redrive: RedriveView): Redrive {
  return {
    redriveId: String(redrive.id),
    namespace: redrive.filter.namespace,
    filter: encodeLetterFilter(redrive.filter),
    state: STATE[redrive.state],
    stateReason: redrive.reason,
    canary: redrive.canary,
    perSecond: redrive.perSecond,
    total: redrive.total,
    retried: redrive.retried,
    revived: redrive.revived,
    refused: redrive.refused,
    canariesSucceeded: redrive.canariesSucceeded,
    canaryJobIds: [...redrive.canaryPublicIds],
    createdAt: encodeTimestamp(redrive.createdAt),
    endedAt: encodeOptionalTimestamp(redrive.endedAt),
  } satisfies Redrive;
}

/** @throws MusterError INVALID_REQUEST */
export function decodeStartRedrive(request: StartRedriveRequest__Output): RedriveSettings {
  const fields = new Fields();
  const filter = decodeNarrowFilter(fields, request.namespace, request.filter);
  const canary = orDefault(request.canary, CANARY_DEFAULT);
  if (!(Number.isSafeInteger(canary) && canary >= 1 && canary <= CANARY_MAX))
    fields.bad("canary", `1 to ${CANARY_MAX}`, String(canary));
  const perSecond = orDefault(request.perSecond, PER_SECOND_DEFAULT);
  if (!(perSecond >= PER_SECOND_MIN && perSecond <= PER_SECOND_MAX))
    fields.bad("per_second", `${PER_SECOND_MIN} to ${PER_SECOND_MAX}`, String(perSecond));
  fields.check();
  return { filter, canary, perSecond };
}

/** @throws MusterError INVALID_REQUEST */
export function decodeRedriveRef(request: { namespace?: string; redriveId?: string; reason?: string }) {
  const fields = new Fields();
  const decoded = {
    namespace: fields.namespace(request.namespace),
    id: fields.text("redrive_id", request.redriveId),
    reason: fields.text("reason", request.reason),
  };
  fields.check();
  return decoded;
}

function orDefault(value: number | undefined, otherwise: number): number {
  return value === undefined || value === 0 ? otherwise : value;
}
