#!/usr/bin/env node
/**
 * The `muster` command. Runs the program and turns whatever it throws into one line on standard error and an exit
 * code (exit-codes.ts). MUSTER_DEBUG adds the stack trace.
 */
import { EXIT } from "./exit-codes.js";
import { toFailure } from "./failure.js";
import { muster } from "./program.js";

const LINGER_MS = 3_000;

async function main(): Promise<void> {
  // A reader that has seen enough (`muster jobs | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });
  try {
    await muster().parseAsync();
  } catch (error) {
    const { exitCode, message } = toFailure(error);
    if (message !== "") process.stderr.write(`muster: error: ${message}\n`);
    if (process.env["MUSTER_DEBUG"])
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = exitCode;
    // Whatever failed halfway may have left something open; nobody should have to wait for that.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

await main();
