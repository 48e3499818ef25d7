/**
 * The token for the next connection, fetched by the main thread, where the user's function lives. A blocked main
 * loop must not keep the stream from coming back: after a while the last token known is used again.
 */
const ANSWER_MS = 3_000;

export class TokenSource {
  readonly #isUsed: boolean;
  readonly #ask: () => void;
  #token: string | undefined;
  #answered: (() => void) | undefined;

  constructor(isUsed: boolean, ask: () => void) {
    this.#isUsed = isUsed;
    this.#ask = ask;
  }

  async current(): Promise<string | undefined> {
    if (!this.#isUsed) return undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS);
      this.#answered = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#ask();
    });
    return this.#token;
  }

  /** undefined: it could not be fetched; the last one stands. */
  give(token: string | undefined): void {
    this.#token = token ?? this.#token;
    this.#answered?.();
  }
}
