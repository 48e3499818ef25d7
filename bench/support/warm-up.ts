/**
 * Servers and workers live long, and so are measured warm: in its first thousands of jobs a process runs code that has
 * not been compiled yet and takes about twice as long. The same time for everybody who is measured.
 */
import { monoUs } from "./clock.js";

/** Runs rounds until the time is over, and at least one. */
export async function warmUp(round: () => Promise<unknown>, seconds: number): Promise<void> {
  const endUs = monoUs() + seconds * 1e6;
  do await round();
  while (monoUs() < endUs);
}
