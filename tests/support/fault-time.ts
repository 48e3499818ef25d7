/**
 * The length of a fault. A fault that lasts 3 s is 3 s long; there is nothing to wait for while it does. Never used
 * to wait until something has happened: that is `eventually`.
 */
export function holdFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
