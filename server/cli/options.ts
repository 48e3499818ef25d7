/**
 * The options that several commands share, and the parsers of their values. A parser refuses a bad value with the
 * option's name, what was expected and what was got. Commands add these through `clientOptions`, so that every
 * command spells them the same way.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { EXIT_CODE_HELP } from "./exit-codes.js";

/** No service of note uses it; the server's own default is the same. */
export const DEFAULT_ADDRESS = "127.0.0.1:7878";
export const DEFAULT_NAMESPACE = "default";
export const DEFAULT_QUEUE = "default";

export interface ClientOptions {
  readonly address: string;
  readonly namespace: string;
  /** One JSON document (of a watch: one a line) instead of text for people. */
  readonly json?: boolean;
}

/** --address, --namespace and --json, and the exit codes under the help. */
export function clientOptions(command: Command): Command {
  return command
    .addOption(addressOption())
    .addOption(namespaceOption())
    .option("--json", "print JSON for programs instead of text for people")
    .addHelpText("after", EXIT_CODE_HELP);
}

export function addressOption(): Option {
  return new Option("--address <host:port>", "where the server listens")
    .env("MUSTER_ADDRESS")
    .default(DEFAULT_ADDRESS);
}

export function namespaceOption(): Option {
  return new Option("--namespace <name>", "whose jobs, queues and workers")
    .env("MUSTER_NAMESPACE")
    .default(DEFAULT_NAMESPACE);
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`,
    );
  };
}

/** A number within bounds, fractions allowed. */
export function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`expected a number from ${min} to ${max}, got ${JSON.stringify(text)}`);
  };
}

/** Collects `--label a=1 --label b=2` into one map. */
export function keyValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`expected name=value, got ${JSON.stringify(text)}`);
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** An ISO 8601 time, e.g. 2030-01-31T08:00:00Z. */
export function isoTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError(`expected a time such as 2030-01-31T08:00:00Z, got ${JSON.stringify(text)}`);
}

/** `--state ready,running --state dead` as one list of known words. */
export function wordsOf<Word extends string>(
  known: readonly Word[],
): (text: string, before?: readonly Word[]) => Word[] {
  return (text, before = []) => {
    const words = text.split(",").map((part) => {
      const word = known.find((candidate) => candidate === part.trim());
      if (word !== undefined) return word;
      throw new InvalidArgumentError(`expected ${known.join(", ")}, got ${JSON.stringify(part)}`);
    });
    return [...before, ...words];
  };
}
