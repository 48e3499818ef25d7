/**
 * Reads a graph file of any format that Muster knows and tells which it is by its content, never by its name.
 * `-` reads standard input. Errors name the file first, then the field.
 */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { badInput, CliError, EXIT } from "../exit-codes.js";
import { isObject, shownJson } from "./json-fields.js";
import { isMusterGraph, readMusterGraph } from "./muster-graph.js";
import { isPackageLock, readPackageLock } from "./package-lock.js";
import { isWfFormat, readWfFormat } from "./wfformat.js";
import type { WorkGraph } from "./work-graph.js";

/** @throws CliError (bad input) for a file that cannot be read, is not JSON, or is malformed */
export async function readGraphFile(path: string): Promise<WorkGraph> {
  const content = await readText(path);
  try {
    return parseGraph(content);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.exitCode, `${path}: ${error.message}`, error);
  }
}

/** @throws CliError (bad input) */
export function parseGraph(content: string): WorkGraph {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch (error) {
    throw badInput("file", "JSON", error instanceof Error ? error.message : "something else");
  }
  if (!isObject(document)) throw badInput("file", "a JSON object", shownJson(document));
  if (isPackageLock(document)) return readPackageLock(document);
  if (isWfFormat(document)) return readWfFormat(document);
  if (isMusterGraph(document)) return readMusterGraph(document);
  throw badInput(
    "file",
    "a WfFormat 1.5 workflow (schemaVersion, workflow), a Muster graph (name, jobs) or a package-lock.json (lockfileVersion)",
    `an object with ${Object.keys(document).slice(0, 5).join(", ") || "no fields"}`,
  );
}

async function readText(path: string): Promise<string> {
  if (path === "-") return text(process.stdin);
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CliError(EXIT.badInput, `file: expected a file that can be read, got ${path} (${code})`, error);
  }
}
