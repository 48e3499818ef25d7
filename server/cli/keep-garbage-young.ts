/**
 * Tells V8 not to allocate anything in its old space from the start. It does so for places in the code whose objects
 * once outlived a few collections, as everything does while a server starts or is flooded. What a job needs then dies
 * old: it is found only by a collection of the whole heap, and keeps alive until then whatever young objects it points
 * to, which is most of the job. See docs/adr/0016.
 */
import { setFlagsFromString } from "node:v8";

/** For the whole process, from now on; of a server that is a process of its own. */
export function keepGarbageYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
