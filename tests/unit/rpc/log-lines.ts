/** A logger that keeps its lines, for tests that care about them. */
import type { Logger, LogFields } from "../../../server/core/ports.js";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: string;
  readonly fields: LogFields;
}

export function logLines(): { readonly logger: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (level: LogLine["level"]) => (fields: LogFields, event: string) =>
    void lines.push({ level, event, fields });
  return {
    lines,
    logger: { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") },
  };
}
