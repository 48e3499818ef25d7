/**
 * What a test file opened and must have closed by its end: child processes, private servers, databases. After
 * each top-level suite `fixtures.ts` asks for the leftovers, closes them and fails the suite with their names, so
 * that one file cannot disturb the next. Shared servers of the run are not registered here.
 */

interface Tracked {
  readonly name: string;
  readonly close: () => Promise<void>;
}

const open = new Set<Tracked>();

/** Returns the call that says it was closed in the ordinary way. */
export function track(name: string, close: () => Promise<void>): () => void {
  const tracked: Tracked = { name, close };
  open.add(tracked);
  return () => void open.delete(tracked);
}

/** Closes everything that is still open and returns the names, newest first. */
export async function closeLeftovers(): Promise<string[]> {
  const names: string[] = [];
  for (const tracked of [...open].reverse()) {
    open.delete(tracked);
    try {
      await tracked.close();
      names.push(tracked.name);
    } catch (error) {
      names.push(`${tracked.name} (closing it failed: ${String(error)})`);
    }
  }
  return names;
}
