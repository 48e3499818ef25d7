/**
 * Passes of takes with types through a queue that is longer than one take looks at. A pass goes on where the last
 * take of the same types stopped, at a bounded pace, so that a type behind a long row of others is reached soon and
 * neither Redis nor this process does nothing else meanwhile. Only a whole pass shows that a type has run dry.
 * Pure bookkeeping, no timers.
 */

/** For as long as a take took, times this, the next of its pass waits: a quarter of the time goes into a pass. */
const PAUSE_TAKES = 3;
const PAUSE_MIN_MS = 5;
const PAUSE_MAX_MS = 100;
/** After a long pass that found nothing, while hints were added, the next one waits for as long as it took. */
const REST_MAX_MS = 1_000;
/** Sets of types are few (one a set of subscriptions); the bound only guards against a flood of distinct ones. */
const PASSES_MAX = 1_000;

export interface Pass {
  /** Where it goes on; null: it begins. */
  stoppedAt: string | null;
  /** What the lane had counted when it began: nothing that was added since need have been looked at. */
  readonly additions: number;
  readonly startedMono: number;
  notBeforeMono: number;
  hasFound: boolean;
  /** A timer is set for its next take. */
  isAwaited: boolean;
}

export interface PassStep {
  readonly hints: readonly unknown[];
  readonly stoppedAt: string | null;
  /** Nothing was added since the pass began. */
  readonly isUnchanged: boolean;
  /** Of this take. */
  readonly startedMono: number;
  readonly endedMono: number;
}

export class TypePasses {
  readonly #passes = new Map<string, Pass>();

  /** The pass of these types that is under way, else a new one. Takes of every type have no passes: each is whole. */
  pass(types: readonly string[] | null, additions: number, nowMono: number): Pass {
    const known = types === null ? undefined : this.#passes.get(keyOf(types));
    // One that rests has not begun: what is added until then, it looks at.
    if (known !== undefined && (known.stoppedAt !== null || known.notBeforeMono > nowMono)) return known;
    return begun(additions, nowMono, nowMono);
  }

  /** Some pass goes on soon. */
  get areUnderWay(): boolean {
    for (const pass of this.#passes.values()) if (pass.isAwaited && pass.stoppedAt !== null) return true;
    return false;
  }

  /** A take of the pass has come back. */
  took(types: readonly string[] | null, pass: Pass, step: PassStep): void {
    if (types === null) return;
    const wasWhole = pass.stoppedAt === null && step.stoppedAt === null;
    pass.stoppedAt = step.stoppedAt;
    if (step.hints.length > 0) pass.hasFound = true;
    const key = keyOf(types);
    this.#passes.delete(key);
    if (step.stoppedAt !== null) {
      // Takes that find something are no more than the jobs that they find, and need no pace.
      const pauseMs = PAUSE_TAKES * (step.endedMono - step.startedMono);
      if (step.hints.length === 0)
        pass.notBeforeMono = step.endedMono + Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, pauseMs));
      this.#remember(key, pass);
    } else if (!wasWhole && !step.isUnchanged && !pass.hasFound) {
      const restMs = Math.min(REST_MAX_MS, step.endedMono - pass.startedMono);
      this.#remember(key, begun(0, step.endedMono, step.endedMono + restMs));
    }
  }

  #remember(key: string, pass: Pass): void {
    this.#passes.set(key, pass);
    const oldest = this.#passes.keys().next().value;
    if (this.#passes.size > PASSES_MAX && oldest !== undefined) this.#passes.delete(oldest);
  }
}

function begun(additions: number, startedMono: number, notBeforeMono: number): Pass {
  return { stoppedAt: null, additions, startedMono, notBeforeMono, hasFound: false, isAwaited: false };
}

function keyOf(types: readonly string[]): string {
  return types.join(" ");
}
