/**
 * Latencies of single jobs, kept one by one: percentiles are exact, and merging rounds loses nothing. Never fed
 * with a quotient of elapsed time and a count. Eight bytes a sample, so a million jobs take 8 MB.
 */

export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

export class Latencies {
  #samples: Float64Array;
  #count = 0;
  #isSorted = true;

  constructor(samples: Iterable<number> = []) {
    this.#samples = Float64Array.from(samples);
    this.#count = this.#samples.length;
    this.#isSorted = false;
  }

  get count(): number {
    return this.#count;
  }

  /** @param value in the unit of the measurement; may be negative, as between an answer and a push that overtook it */
  record(value: number): void {
    if (this.#count === this.#samples.length) {
      const larger = new Float64Array(Math.max(1_024, this.#samples.length * 2));
      larger.set(this.#samples);
      this.#samples = larger;
    }
    this.#samples[this.#count++] = value;
    this.#isSorted = false;
  }

  addAll(other: Latencies): void {
    for (const value of other.#samples.subarray(0, other.#count)) this.record(value);
  }

  /** @param quantile 0..1; NaN when nothing was recorded */
  at(quantile: number): number {
    const sorted = this.#sorted();
    const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(quantile * sorted.length) - 1));
    return sorted[rank] ?? Number.NaN;
  }

  summary(): LatencySummary {
    const sorted = this.#sorted();
    const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
    return {
      count: this.#count,
      p50: this.at(0.5),
      p90: this.at(0.9),
      p99: this.at(0.99),
      p999: this.at(0.999),
      max: this.at(1),
      mean,
    };
  }

  #sorted(): Float64Array {
    const samples = this.#samples.subarray(0, this.#count);
    if (!this.#isSorted) samples.sort();
    this.#isSorted = true;
    return samples;
  }
}
