/** For tests of parts that meet no limits: whoever asks for one all the same fails the test. */
import type { LimitStore } from "../../server/core/limit-store.js";

const unexpected = (): Promise<never> => Promise.reject(new Error("expected nobody to ask for limits"));

export const NO_LIMIT_STORE: LimitStore = {
  claimLimited: unexpected,
  turns: unexpected,
  leftPlaces: unexpected,
  openKeys: unexpected,
  queueRoom: unexpected,
  markKeyed: unexpected,
  setLimits: unexpected,
  forgetUnused: unexpected,
};

/** What the row of a queue without limits says. */
export const UNLIMITED = { limited: false, keyed: false } as const;
