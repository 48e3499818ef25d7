/**
 * Assignments on their way to one worker, in order, and how they are packed into frames: at most 128, about
 * 64 KiB, never over the frame limit. An assignment whose parents' outputs would break the limit goes without
 * them, marked as truncated; the handler can ask for them. Owned by the writer.
 */
import type { ConnectResponse } from "../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { Assignment as WireAssignment } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { Assignment } from "../../core/job.js";
import { assignmentBytes, wireAssignment, type ParentsKept } from "./encode.js";
import type { HeldJobs } from "./held.js";
import type { FrameLimits } from "./settings.js";
import type { StreamLog } from "./stream-log.js";

const ITEMS_PER_FRAME = 128;
/** Larger frames would keep heartbeats and cancels waiting behind them. */
const FRAME_BYTES_AIM = 64 * 1024;
const FRAME_HEAD_BYTES = 64;
const LONG = 256;

export interface AssignmentQueueParts {
  readonly limits: FrameLimits;
  readonly log: StreamLog;
  readonly held: HeldJobs;
  readonly queueName: (queueId: number) => string;
}

export interface AssignmentFrame {
  readonly frame: ConnectResponse;
  /** Estimated, encoded. */
  readonly bytes: number;
}

export class AssignmentQueue {
  readonly #parts: AssignmentQueueParts;
  #items: Assignment[] = [];

  constructor(parts: AssignmentQueueParts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** So many that no more should be claimed. */
  get isLong(): boolean {
    return this.#items.length >= LONG;
  }

  waiting(): readonly Assignment[] {
    return this.#items;
  }

  add(assignments: readonly Assignment[]): void {
    for (const assignment of assignments) this.#items.push(assignment);
  }

  has(publicId: string): boolean {
    return this.#items.some((item) => item.publicId === publicId);
  }

  /** True when it was waiting here and now never leaves. */
  remove(publicId: string): boolean {
    const at = this.#items.findIndex((item) => item.publicId === publicId);
    if (at < 0) return false;
    this.#items.splice(at, 1);
    return true;
  }

  /** @returns what was waiting */
  clear(): readonly Assignment[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Must not be called when empty. */
  takeFrame(): AssignmentFrame {
    const { held, queueName } = this.#parts;
    const assignments: WireAssignment[] = [];
    let bytes = FRAME_HEAD_BYTES;
    for (const item of this.#items) {
      const queue = queueName(item.queueId);
      const { kept, size } = this.#fit(item, queue);
      const isFull = assignments.length === ITEMS_PER_FRAME || bytes + size > FRAME_BYTES_AIM;
      if (isFull && assignments.length > 0) break;
      bytes += size;
      assignments.push(wireAssignment(item, queue, kept));
      held.add(item.publicId, item.jobId, item.leaseEpoch);
    }
    this.#items = assignments.length === this.#items.length ? [] : this.#items.slice(assignments.length);
    return { frame: { assignmentBatch: { assignments } }, bytes };
  }

  #fit(item: Assignment, queue: string): { readonly kept: ParentsKept; readonly size: number } {
    const { own, refs, outputs } = assignmentBytes(item, queue);
    const room = this.#parts.limits.maxFrameBytes - FRAME_HEAD_BYTES;
    if (own + refs + outputs <= room) return { kept: "all", size: own + refs + outputs };
    if (own + refs <= room) return { kept: "without_outputs", size: own + refs };
    // Submission bounds payloads below the frame limit. Should it still not fit, it is sent all the same: the
    // worker may accept it, and an assignment that is never sent would hang.
    if (own > room) {
      this.#parts.log.note("stream.assignment_oversize", { jobId: item.jobId, bytes: own, maxBytes: room });
    }
    return { kept: "none", size: own };
  }
}
