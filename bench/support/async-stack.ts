/**
 * What has to be closed, in the order in which it was opened. Closing goes backwards, takes every step whatever the
 * others do, and reports the first failure at the end.
 */
export class AsyncStack {
  readonly #steps: (() => Promise<void>)[] = [];

  defer(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Takes every step, and throws the first failure afterwards. */
  async unwind(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.toReversed()) await step().catch((error: unknown) => failures.push(error));
    this.#steps.length = 0;
    if (failures.length > 0) throw failures[0];
  }
}
