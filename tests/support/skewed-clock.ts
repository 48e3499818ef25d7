/**
 * The wall clock of one process, moved by libfaketime; its monotonic clock stays. What is written into the file is
 * in force at once, so a clock can jump while the process runs. The environment goes to whoever starts the process.
 */
import { writeFileSync } from "node:fs";
import { findFaketime } from "./binaries.js";

export class SkewedClock {
  readonly #file: string;

  /**
   * @param file a path of its own; made here
   * @param skewS by how much it is fast (or, below zero, slow), whole seconds
   * @throws Error when libfaketime is not installed
   */
  constructor(file: string, skewS: number) {
    this.#file = file;
    this.jumpTo(skewS);
  }

  get env(): Readonly<Record<string, string>> {
    const library = findFaketime();
    if (library === null) {
      throw new Error("libfaketime is not installed (Debian, Ubuntu: apt-get install libfaketime)");
    }
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    };
  }

  jumpTo(skewS: number): void {
    writeFileSync(this.#file, `${skewS < 0 ? "" : "+"}${skewS}\n`);
  }
}
