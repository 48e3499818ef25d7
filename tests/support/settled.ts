/** For what must come to rest by itself: back-pressure has no event that says that nothing more happens. */
import { eventually } from "./eventually.js";

/** The value of `read` once it stayed the same for 200 ms. */
export async function settled(read: () => number): Promise<number> {
  let last = read();
  let sinceMono = performance.now();
  await eventually(() => {
    const now = read();
    if (now !== last) {
      last = now;
      sinceMono = performance.now();
    }
    return performance.now() - sinceMono > 200;
  }, 10_000);
  return last;
}
