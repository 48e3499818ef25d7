/**
 * SIGINT and SIGTERM as an AbortSignal. The first one aborts and lets the command clean up; the second one leaves
 * at once, because the person means it.
 */
import { EXIT } from "./exit-codes.js";

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** Until disposed, the two signals no longer end the process by themselves. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    },
  };
}
