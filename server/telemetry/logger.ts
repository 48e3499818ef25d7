/**
 * The Logger port over pino: one JSON line for each fact, its event name as `msg`. Readable lines only where they
 * were asked for, the output is a terminal, and pino-pretty is installed; anything else gets JSON. main.ts and the
 * command line create one and hand it on.
 */
import { createRequire } from "node:module";
import { isatty } from "node:tty";
import { pino, stdSerializers, type DestinationStream } from "pino";
import type { LogFields, Logger } from "../core/ports.js";

export interface LoggerOptions {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  readonly format: "json" | "pretty";
  /** In every line, e.g. serverId. */
  readonly base: LogFields;
  /** 1 stdout (the default), 2 stderr: for commands whose own output goes to stdout. Or a stream, for tests. */
  readonly destination?: 1 | 2 | DestinationStream;
}

type PrettyFactory = (options: { readonly destination: number; readonly sync: boolean }) => DestinationStream;

export function createLogger(options: LoggerOptions): Logger {
  const line = pino(
    {
      level: options.level,
      base: options.base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err },
    },
    destinationOf(options),
  );
  return {
    debug: (fields, event) => line.debug(fields, event),
    info: (fields, event) => line.info(fields, event),
    warn: (fields, event) => line.warn(fields, event),
    error: (fields, event) => line.error(fields, event),
  };
}

function destinationOf({ format, destination = 1 }: LoggerOptions): DestinationStream {
  if (typeof destination !== "number") return destination;
  const pretty = format === "pretty" && isatty(destination) ? prettyIfInstalled() : null;
  return pretty?.({ destination, sync: true }) ?? pino.destination({ fd: destination, sync: true });
}

function prettyIfInstalled(): PrettyFactory | null {
  try {
    return createRequire(import.meta.url)("pino-pretty") as PrettyFactory;
  } catch {
    return null;
  }
}
