/** Names for tests that share a database. */

let names = 0;

/** A name nobody else in this process uses: of a queue, a worker, a namespace. */
export function freshName(prefix = "n"): string {
  return `${prefix}${++names}`;
}
