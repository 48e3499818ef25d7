/**
 * How busy this machine is, so that a test may ask for a time only where there was time to be had: on a machine
 * whose cores were all taken, a promise in seconds says nothing about the product. Facts and order are never
 * excused by it.
 */
import { cpus } from "node:os";

export class MachineLoad {
  readonly #before = ticks();

  /** Share of all cores that was in use since this was made, by whomever, 0..1. */
  get busyShare(): number {
    const { idle, all } = ticks();
    const passed = all - this.#before.all;
    return passed === 0 ? 1 : 1 - (idle - this.#before.idle) / passed;
  }

  /** `idleMs` while cores were free, `takenMs` when they never were. */
  allow(limits: { readonly idleMs: number; readonly takenMs: number }): number {
    return this.busyShare > TAKEN ? limits.takenMs : limits.idleMs;
  }
}

const TAKEN = 0.9;

function ticks(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((core) => core.times);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.flatMap((time) => Object.values(time))) };
}
