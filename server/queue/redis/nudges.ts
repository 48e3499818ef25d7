/**
 * Nudges between replicas over Redis pub/sub, as JSON. Anyone may write to the channel, so every field of a
 * message is checked; what does not fit is ignored and counted. Our own nudges are not heard.
 */
import type { Nudge, Nudges } from "../../core/ports.js";
import { nudgeChannel } from "./keys.js";
import type { RedisLink } from "./link.js";

const JOB_IDS_MAX = 10_000;

export class RedisNudges implements Nudges {
  /** Messages that were no nudges of ours. */
  malformedCount = 0;
  readonly #link: RedisLink;
  readonly #listeners = new Set<(nudge: Nudge) => void>();

  constructor(link: RedisLink) {
    this.#link = link;
    link.subscriptions.on(nudgeChannel(link.prefix), (message) => this.#receive(message));
  }

  send(nudge: Nudge): void {
    this.#link.publish(nudgeChannel(this.#link.prefix), JSON.stringify({ sender: this.#link.sender, nudge }));
  }

  onNudge(listener: (nudge: Nudge) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #receive(message: string): void {
    const parsed = parseMessage(message);
    if (parsed === null) this.malformedCount += 1;
    else if (parsed.sender !== this.#link.sender)
      for (const listener of this.#listeners) listener(parsed.nudge);
  }
}

function parseMessage(text: string): { readonly sender: string; readonly nudge: Nudge } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value["sender"] !== "string" || !isRecord(value["nudge"])) return null;
  const nudge = nudgeOf(value["nudge"]);
  return nudge === null ? null : { sender: value["sender"], nudge };
}

function nudgeOf(value: Record<string, unknown>): Nudge | null {
  const { kind, sessionId, queue, jobIds } = value;
  switch (kind) {
    case "session_orders":
    case "session_replaced":
      return isId(sessionId) ? { kind, sessionId } : null;
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
