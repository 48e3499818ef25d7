/**
 * Finds connections to Postgres that died without a word: a failover or a firewall may leave some that never answer and
 * are never closed, beside others that work. A statement that has waited long for its answer proves nothing, since it
 * may run or wait for a lock; so Postgres is asked, on a fresh connection, what the backend behind it does. One that
 * sits idle, or is gone, while we wait for it will never answer.
 */
export interface BackendState {
  readonly pid: number;
  /** It carries out nothing. */
  readonly isIdle: boolean;
  /** When that began, as text: it changes with every statement. */
  readonly since: string;
}

export interface SilenceWatchOptions {
  /** Those that are there. Rejects when Postgres cannot be asked, and nothing follows from that. */
  readonly look: (pids: readonly number[]) => Promise<readonly BackendState[]>;
  /** A connection will never answer. */
  readonly onDead: () => void;
  /** How long an answer may be out before it is looked after, ms. */
  readonly afterMs: number;
  /** How often, ms. A backend counts as dead at the second look that finds it as the first did. */
  readonly everyMs: number;
}

interface Waiting {
  readonly pid: number;
  readonly sinceMono: number;
  /** What the last look found; null before the first, and after one that found it at work. */
  found: string | null;
}

const GONE = "gone";

export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.everyMs).unref();
  }

  /**
   * A connection was lent out to somebody who asks this backend something.
   * @returns to be called when it is given back
   */
  lent(pid: number): () => void {
    const waiting: Waiting = { pid, sinceMono: performance.now(), found: null };
    this.#waiting.add(waiting);
    return () => this.#waiting.delete(waiting);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const longAgo = performance.now() - this.#options.afterMs;
    const late = [...this.#waiting].filter(({ sinceMono }) => sinceMono <= longAgo);
    if (late.length === 0 || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const states = await this.#options.look(late.map(({ pid }) => pid));
      const stateOf = new Map(states.map((state) => [state.pid, state]));
      if (late.filter((waiting) => this.#isDead(waiting, stateOf.get(waiting.pid))).length > 0)
        this.#options.onDead();
    } catch {
      // Postgres is away, which others notice.
    } finally {
      this.#isLooking = false;
    }
  }

  #isDead(waiting: Waiting, state: BackendState | undefined): boolean {
    const before = waiting.found;
    waiting.found = state === undefined ? GONE : state.isIdle ? state.since : null;
    return this.#waiting.has(waiting) && waiting.found !== null && waiting.found === before;
  }
}
