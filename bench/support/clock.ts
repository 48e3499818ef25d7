/**
 * The one clock of the bench: CLOCK_MONOTONIC, which all processes of a machine share, so that a moment taken in
 * the producer and one taken in a worker can be subtracted. Microseconds as a number: exact for a hundred years.
 */

/** Now, in microseconds since the machine started. */
export function monoUs(): number {
  return Number(process.hrtime.bigint()) / 1_000;
}
