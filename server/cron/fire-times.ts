/**
 * The arithmetic of cron expressions and time zones, over croner: the only file that knows the library. Five or six
 * fields. Pure in what it answers; expressions are kept parsed, since the same few are asked about again and again.
 * Made by main.ts for the schedules of the coordinator.
 */
import { Cron } from "croner";
import type { CronRule, FireTimes, TimeBounds } from "../core/schedule.js";

const EXPRESSIONS_MAX = 1_000;
/** No expression of six fields needs more, and a longer one would be work to refuse. */
const CRON_CHARACTERS_MAX = 200;

export class CronFireTimes implements FireTimes {
  readonly #parsed = new Map<string, Cron>();

  problemOf(cron: string, timeZone: string): ReturnType<FireTimes["problemOf"]> {
    if (!isTimeZone(timeZone))
      return { field: "time_zone", expected: "an IANA time zone such as Europe/Berlin" };
    if (cron.length > CRON_CHARACTERS_MAX)
      return { field: "cron", expected: `at most ${CRON_CHARACTERS_MAX} characters` };
    const fields = cron.trim().split(/\s+/).length;
    const isNickname = fields === 1 && cron.trim().startsWith("@");
    if (fields !== 5 && fields !== 6 && !isNickname)
      return { field: "cron", expected: `5 or 6 fields, or a name such as @daily (there are ${fields})` };
    try {
      this.#of({ cron, timeZone });
      return null;
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^\w+: /, "") : String(error);
      return { field: "cron", expected: `a cron expression of 5 or 6 fields (${why})` };
    }
  }

  next(rule: CronRule, afterMs: number): number | null {
    return this.#of(rule).nextRun(new Date(afterMs))?.getTime() ?? null;
  }

  lastUntil(rule: CronRule, { afterMs, untilMs, max }: TimeBounds): readonly number[] {
    const cron = this.#of(rule);
    const found: number[] = [];
    // The library looks strictly before its reference, in whole seconds.
    let before = new Date(Math.floor(untilMs / 1000) * 1000 + 1000);
    while (found.length < max) {
      const [previous] = cron.previousRuns(1, before);
      if (previous === undefined || previous.getTime() <= afterMs) break;
      if (previous.getTime() <= untilMs) found.push(previous.getTime());
      before = previous;
    }
    return found.reverse();
  }

  #of({ cron, timeZone }: CronRule): Cron {
    const key = `${timeZone} ${cron}`;
    let parsed = this.#parsed.get(key);
    if (parsed === undefined) {
      parsed = new Cron(cron, { timezone: timeZone, mode: "5-or-6-parts", paused: true });
      if (this.#parsed.size >= EXPRESSIONS_MAX) this.#parsed.clear();
      this.#parsed.set(key, parsed);
    }
    return parsed;
  }
}

function isTimeZone(name: string): boolean {
  // An offset such as +02:00 is a zone to the platform and not to people who want their clock changed.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
