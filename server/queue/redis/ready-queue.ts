/**
 * The ready queue in Redis: three sorted sets a queue, changed by the scripts in lua/ only. Hints may be lost,
 * doubled and reordered at any time; nothing here decides who owns a job. Used by the coordinator of every
 * replica; whoever made it closes it, and with it the link.
 *
 * Lost data: the sentinel key holds the run id of the Redis process and a token. Every replica that was alive
 * when it changed sees another value than last time and refills, so that one that dies while refilling leaves no
 * gap; refilling twice changes nothing. A replica that starts later refills only when it is the first to see the
 * new life; what it may miss is found by the reconciler's ordinary sweep.
 */
import { randomBytes } from "node:crypto";
import { queueKeyText, ReadyQueueDown } from "../../core/ports.js";
import type { QueueKey, ReadyDepth, ReadyHint, ReadyQueue, Taken, TakeOptions } from "../../core/ports.js";
import { checkTakeMax, DEFAULT_AGEING, type Ageing } from "../ageing.js";
import { holdersOf } from "./client.js";
import { readyKeys, sentinelKey, wakeChannel, type ReadyKeys } from "./keys.js";
import type { RedisLink } from "./link.js";
import { memberOf, packHints, unpackHints } from "./member.js";
import { furtherOf, isEnd, SCAN_START } from "./scan-position.js";
import type { TakeReply } from "./scripts.js";

/** Hints in one script call: long scripts would block Redis for everybody. */
const CHUNK = 1_000;
/** Scans of one take with types, each of up to 1,024 hints. */
const SCANS_PER_TAKE = 4;

export class RedisReadyQueue implements ReadyQueue {
  /** Members and messages that no replica of ours wrote; ignored. */
  foreignCount = 0;
  readonly #link: RedisLink;
  readonly #ageUs: string;
  readonly #wakeListeners = new Set<(queue: QueueKey) => void>();
  #healed = false;
  #life: string | null = null;

  constructor(link: RedisLink, ageing: Ageing = DEFAULT_AGEING) {
    this.#link = link;
    this.#ageUs = `${Math.round(ageing.lowToMediumMs * 1_000)} ${Math.round(ageing.toHighMs * 1_000)}`;
    link.subscriptions.on(wakeChannel(link.prefix), (message) => this.#woken(message));
  }

  async put(queue: QueueKey, hints: readonly ReadyHint[]): Promise<boolean> {
    if (hints.length === 0) return false;
    const channel = wakeChannel(this.#link.prefix);
    const message = `${this.#link.sender} ${queueKeyText(queue)}`;
    const chunks: Promise<number>[] = [];
    for (const chunk of chunksOf(hints)) {
      const last = [...new Map(chunk.map((hint) => [hint.jobId, hint])).values()];
      const at = (level: ReadyHint["level"]): string =>
        packHints(last.filter((hint) => hint.level === level));
      const [high, medium, low] = [at("high"), at("medium"), at("low")];
      chunks.push(
        this.#script(queue, (keys) =>
          this.#link.run((redis) =>
            redis.musterPut(
              keys.high,
              keys.medium,
              keys.low,
              keys.hungry,
              high,
              medium,
              low,
              channel,
              message,
            ),
          ),
        ),
      );
    }
    const outcomes = await Promise.allSettled(chunks);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    return outcomes.some((outcome) => outcome.status === "fulfilled" && outcome.value === 1);
  }

  async take(queue: QueueKey, options: TakeOptions): Promise<Taken> {
    checkTakeMax(options.max);
    if (options.types === null) {
      return { hints: await this.#takeAnyType(queue, options.max), stoppedAt: null };
    }
    if (options.types.length === 0) return { hints: [], stoppedAt: null };
    const types = options.types.join(" ");
    const first = await this.#takeOnce(queue, options.max, types, SCAN_START);
    const hints = first.hints;
    let cursor = first.cursor;
    // Nothing more urgent was left in the head: go on where the last take of these types stopped.
    if (!isEnd(cursor)) cursor = furtherOf(cursor, options.after ?? SCAN_START, hints);
    for (let scan = 1; scan < SCANS_PER_TAKE && !isEnd(cursor) && hints.length < options.max; scan++) {
      const next = await this.#takeOnce(queue, options.max - hints.length, types, cursor);
      hints.push(...next.hints);
      cursor = next.cursor;
    }
    return { hints, stoppedAt: isEnd(cursor) ? null : cursor };
  }

  async discard(
    queue: QueueKey,
    jobs: readonly { readonly jobId: number; readonly type: string }[],
  ): Promise<void> {
    for (const chunk of chunksOf(jobs)) {
      const members = chunk.map(memberOf).join(" ");
      await this.#script(queue, (keys) =>
        this.#link.run((redis) => redis.musterDiscard(keys.high, keys.medium, keys.low, members)),
      );
    }
  }

  async depth(queue: QueueKey): Promise<ReadyDepth> {
    const [high, medium, low] = await this.#script(queue, (keys) =>
      this.#link.run((redis) => redis.musterDepth(keys.high, keys.medium, keys.low)),
    );
    return { high, medium, low };
  }

  async missing(queue: QueueKey, jobs: readonly ReadyHint[]): Promise<ReadyHint[]> {
    const found: ReadyHint[] = [];
    for (const chunk of chunksOf(jobs)) {
      const members = chunk.map(memberOf).join(" ");
      const positions = await this.#script(queue, (keys) =>
        this.#link.run((redis) => redis.musterMissing(keys.high, keys.medium, keys.low, members)),
      );
      for (const position of positions) {
        const job = chunk[position - 1];
        if (job !== undefined) found.push(job);
      }
    }
    return found;
  }

  async checkLost(): Promise<boolean> {
    const runId = await this.#runId();
    const token = randomBytes(9).toString("base64url");
    const key = sentinelKey(this.#link.prefix);
    const ask = (): Promise<string> => this.#link.run((redis) => redis.musterSentinel(key, runId, token));
    const life = await ask().catch(async (error: unknown) => {
      if (!isWrongType(error)) throw error;
      await this.#link.run((redis) => redis.del(key));
      return ask();
    });
    const isNews = this.#life === null ? life.endsWith(`:${token}`) : life !== this.#life;
    const isLost = isNews || this.#healed;
    this.#life = life;
    this.#healed = false;
    return isLost;
  }

  onWake(listener: (queue: QueueKey) => void): () => void {
    this.#wakeListeners.add(listener);
    return () => void this.#wakeListeners.delete(listener);
  }

  onUpDown(listener: (isUp: boolean) => void): () => void {
    return this.#link.onUpDown(listener);
  }

  isUp(): boolean {
    return this.#link.isUp();
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** What is not ours is popped and left out; fewer hints than asked for must mean that the queue is empty. */
  async #takeAnyType(queue: QueueKey, max: number): Promise<ReadyHint[]> {
    const hints: ReadyHint[] = [];
    for (let scan = 0; scan < SCANS_PER_TAKE && hints.length < max; scan++) {
      const foreignBefore = this.foreignCount;
      hints.push(...(await this.#takeOnce(queue, max - hints.length, "", SCAN_START)).hints);
      if (this.foreignCount === foreignBefore) break;
    }
    return hints;
  }

  async #takeOnce(
    queue: QueueKey,
    max: number,
    types: string,
    cursor: string,
  ): Promise<{ readonly hints: ReadyHint[]; readonly cursor: string }> {
    const giveBack = (late: TakeReply): void => {
      // The answer came after its caller had given up: nobody else knows that these were taken.
      this.put(queue, this.#hintsOf(late)).catch(() => undefined);
    };
    const reply = await this.#script(queue, (keys) =>
      this.#link.run(
        (redis) =>
          redis.musterTake(keys.high, keys.medium, keys.low, keys.hungry, max, this.#ageUs, types, cursor),
        giveBack,
      ),
    );
    return { hints: this.#hintsOf(reply), cursor: reply[0] };
  }

  #hintsOf([, high, medium, low]: TakeReply): ReadyHint[] {
    const onForeign = (): void => void (this.foreignCount += 1);
    const hints = unpackHints(high, "high", onForeign);
    if (medium.length > 0) hints.push(...unpackHints(medium, "medium", onForeign));
    if (low.length > 0) hints.push(...unpackHints(low, "low", onForeign));
    return hints;
  }

  /** Runs a script over the keys of a queue. A key of another type is deleted, reported as lost, and tried again. */
  async #script<T>(queue: QueueKey, call: (keys: ReadyKeys) => Promise<T>): Promise<T> {
    const keys = readyKeys(this.#link.prefix, queue);
    try {
      return await call(keys);
    } catch (error) {
      if (!isWrongType(error)) throw error;
      await this.#link.run((redis) => redis.musterHeal(keys.high, keys.medium, keys.low));
      this.#healed = true;
      return call(keys);
    }
  }

  /**
   * Of a cluster: of all masters, so that none can lose its hints by a restart or a failover unnoticed. Empty where
   * INFO is forbidden: then a restart that kept its data is not noticed, a wiped one still is.
   */
  async #runId(): Promise<string> {
    const infos = await this.#link.run((redis) =>
      Promise.all(holdersOf(redis).map((node) => node.info("server").catch(refusalAsText))),
    );
    const ids = infos.map((info) => /^run_id:(\w+)/m.exec(info)?.[1] ?? "").sort();
    // The script compares beginnings: the dot tells two masters from the first two of three.
    return ids.length === 1 ? (ids[0] ?? "") : `${ids.join("-")}.`;
  }

  #woken(message: string): void {
    const [, sender, namespace, name] = /^(\S+) ([^/\s]+)\/(\S+)$/.exec(message) ?? [];
    if (sender === this.#link.sender) return;
    if (namespace === undefined || name === undefined) this.foreignCount += 1;
    else for (const listener of this.#wakeListeners) listener({ namespace, name });
  }
}

function* chunksOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += CHUNK) yield items.slice(at, at + CHUNK);
}

function isWrongType(error: unknown): boolean {
  return error instanceof ReadyQueueDown && /\bWRONGTYPE\b/.test(error.message);
}

function refusalAsText(error: unknown): string {
  if (error instanceof Error && error.message.startsWith("NOPERM")) return "";
  throw error;
}
