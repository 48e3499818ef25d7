/**
 * Keeps a label that clients choose from growing without bound: the first `max` values are themselves, every
 * later one is "other". For counters, whose series must never change their name.
 */

export const OTHER = "other";

/** Gives the label for a value; the same value always gets the same label. */
export function boundedLabel(max: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= max) return OTHER;
    known.add(value);
    return value;
  };
}
