/** What the bench and a herd of bare worker streams tell each other. See herd-process.ts. */

export interface HerdSettings {
  readonly address: string;
  readonly queue: string;
  readonly name: string;
  readonly streams: number;
  /** Jobs that each stream takes at once. */
  readonly window: number;
}

export type ToHerd =
  /** Open every stream now. */
  | { readonly kind: "connect" }
  | { readonly kind: "collect" }
  /** From now on a lost stream is opened again, each after up to this long. */
  | { readonly kind: "reconnect"; readonly withinMs: number };

export type FromHerd =
  | { readonly kind: "ready" }
  /** At most every few ms. */
  | { readonly kind: "counts"; readonly registered: number; readonly settled: number; readonly lost: number }
  | {
      readonly kind: "collected";
      /** By stream: Hello written, and Welcome read, of its latest connection. Microseconds. */
      readonly helloUs: Float64Array;
      readonly welcomeUs: Float64Array;
      /** Assignments that came before a Welcome. Must be 0. */
      readonly early: number;
      /** Why streams ended, with counts. */
      readonly endings: Readonly<Record<string, number>>;
    };
