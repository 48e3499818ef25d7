/**
 * Nudges between replicas over Redis pub/sub, as JSON; those of one turn of the event loop in one message. Anyone may
 * write to the channel, so every field of a message is checked; what does not fit is ignored and counted. Our own
 * nudges are not heard.
 */
import type { Nudge, Nudges } from "../../core/ports.js";
import { nudgeChannel } from "./keys.js";
import type { RedisLink } from "./link.js";

const JOB_IDS_MAX = 10_000;
/** In one message. */
const NUDGES_MAX = 1_000;

export class RedisNudges implements Nudges {
  /** What came and was no message or no nudge of ours. */
  malformedCount = 0;
  readonly #link: RedisLink;
  #outgoing: Nudge[] = [];
  readonly #listeners = new Set<(nudge: Nudge) => void>();

  constructor(link: RedisLink) {
    this.#link = link;
    link.subscriptions.on(nudgeChannel(link.prefix), (message) => this.#receive(message));
  }

  send(nudge: Nudge): void {
    if (this.#outgoing.push(nudge) === 1) setImmediate(() => this.#publish());
  }

  onNudge(listener: (nudge: Nudge) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #publish(): void {
    const { prefix, sender } = this.#link;
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    for (let at = 0; at < outgoing.length; at += NUDGES_MAX) {
      const nudges = outgoing.slice(at, at + NUDGES_MAX);
      this.#link.publish(nudgeChannel(prefix), JSON.stringify({ sender, nudges }));
    }
  }

  #receive(message: string): void {
    const parsed = parseMessage(message);
    if (parsed === null) this.malformedCount += 1;
    else if (parsed.sender !== this.#link.sender) for (const value of parsed.nudges) this.#hear(value);
  }

  #hear(value: unknown): void {
    const nudge = isRecord(value) ? nudgeOf(value) : null;
    if (nudge === null) this.malformedCount += 1;
    else for (const listener of this.#listeners) listener(nudge);
  }
}

function parseMessage(text: string): { readonly sender: string; readonly nudges: readonly unknown[] } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value["sender"] !== "string") return null;
  const nudges = value["nudges"];
  if (!Array.isArray(nudges) || nudges.length > NUDGES_MAX) return null;
  return { sender: value["sender"], nudges };
}

function nudgeOf(value: Record<string, unknown>): Nudge | null {
  const { kind, sessionId, epoch, queue, jobIds } = value;
  switch (kind) {
    case "session_orders":
      return isId(sessionId) ? { kind, sessionId } : null;
    case "session_replaced":
      return isId(sessionId) && isId(epoch) ? { kind, sessionId, epoch } : null;
    case "queue_changed":
    case "places_freed": {
      if (!isRecord(queue)) return null;
      const { namespace, name } = queue;
      return typeof namespace === "string" && typeof name === "string"
        ? { kind, queue: { namespace, name } }
        : null;
    }
    case "jobs_changed":
      return Array.isArray(jobIds) && jobIds.length <= JOB_IDS_MAX && jobIds.every(isId)
        ? { kind, jobIds }
        : null;
    default:
      return null;
  }
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
