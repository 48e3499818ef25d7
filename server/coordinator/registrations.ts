/**
 * Writes registrations: those of all workers that come together in one transaction, so that a thousand which come back
 * at once are not a thousand commits. A worker that is there twice is written twice, one after the other.
 */
import { isUnavailable, MusterError } from "../core/errors.js";
import type { Registered, RegisterRequest, Store } from "../core/store.js";
import { GroupCommit, type Lanes } from "./group-commit.js";

/** Each locks its worker until the commit. */
const REGISTRATIONS_MAX = 100;

type Written = { readonly registered: Registered | null } | { readonly error: unknown };

export class Registrations {
  readonly #store: Pick<Store, "register">;
  readonly #lane: GroupCommit<RegisterRequest, Written>;

  constructor(store: Pick<Store, "register">, lanes: Lanes) {
    this.#store = store;
    this.#lane = new GroupCommit({
      lanes,
      weightMax: REGISTRATIONS_MAX,
      weightOf: () => 1,
      flush: (requests) => this.#flush(requests),
    });
  }

  /** @throws MusterError SESSION_EXPIRED when the session to go on with is over; nothing is written then */
  async register(request: RegisterRequest): Promise<Registered> {
    const written = await this.#lane.add(request);
    if ("error" in written) throw written.error;
    if (written.registered === null) {
      throw new MusterError(
        "SESSION_EXPIRED",
        `session ${request.resumeSessionId} is over: its jobs went to others`,
      );
    }
    return written.registered;
  }

  async #flush(requests: readonly RegisterRequest[]): Promise<Written[]> {
    const written = new Map<RegisterRequest, Written>();
    for (const round of roundsOf(requests)) {
      for (const [at, one] of (await this.#write(round)).entries())
        written.set(round[at] as RegisterRequest, one);
    }
    return requests.map((request) => written.get(request) as Written);
  }

  /** What one of them cannot have must not keep the others from theirs. */
  async #write(round: readonly RegisterRequest[]): Promise<Written[]> {
    try {
      return (await this.#store.register(round)).map((registered) => ({ registered }));
    } catch (error) {
      if (round.length === 1 || isUnavailable(error)) return round.map(() => ({ error }));
    }
    const written: Written[] = [];
    for (const request of round) written.push(...(await this.#write([request])));
    return written;
  }
}

/** Nearly always one; in none is a worker twice. */
function roundsOf(requests: readonly RegisterRequest[]): RegisterRequest[][] {
  const rounds: Map<string, RegisterRequest>[] = [];
  for (const request of requests) {
    const worker = `${request.hello.namespace}\n${request.hello.workerId}`;
    const round = rounds.find((one) => !one.has(worker));
    if (round !== undefined) round.set(worker, request);
    else rounds.push(new Map([[worker, request]]));
  }
  return rounds.map((round) => [...round.values()]);
}
