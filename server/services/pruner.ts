/**
 * Prunes at its period, on one replica at a time: the turn is a row that the others respect until it runs out.
 *
 * | when | what happens |
 * |---|---|
 * | this replica dies in the middle | what was deleted is whole; another takes the turn half a minute later |
 * | Postgres is away | nothing; the next period tries again |
 * | a job is held by somebody | it is left out and looked at in the next walk |
 */
import { Prune, type PruneOptions } from "../coordinator/prune.js";
import type { Logger } from "../core/ports.js";
import { Loop } from "./loop.js";

export interface PrunerOptions extends Omit<PruneOptions, "pause"> {
  /** Null: nothing is ever pruned. */
  readonly intervalMs: number | null;
  readonly logger: Logger;
}

export class Pruner {
  readonly #loop: Loop | null;
  #isStopping = false;

  constructor(options: PrunerOptions) {
    const prune = new Prune({ ...options, pause });
    const { intervalMs, logger } = options;
    const run = async (): Promise<void> => {
      await prune.prune(() => this.#isStopping);
    };
    this.#loop = intervalMs === null ? null : new Loop({ name: "pruner", intervalMs, logger, run });
  }

  start(): void {
    this.#loop?.start();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#loop?.stop();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
