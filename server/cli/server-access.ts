/**
 * The one place where the command line meets the server: what `serve`, `migrate` and `dev` need of it, loaded only
 * then, so that client commands neither wait for it nor hold it in memory.
 */
import type { Config, Variable } from "../config.js";
import type { Diagnosis, RunningServer } from "../main.js";
import { badInput } from "./exit-codes.js";
import { keepGarbageYoung } from "./keep-garbage-young.js";

export type { RunningServer } from "../main.js";

export async function migrateDatabase(config: Config): Promise<readonly string[]> {
  const { migrate } = await import("../main.js");
  return migrate({ config });
}

/** @throws ConfigError, or what the ready queue or the database is refused for */
export async function diagnoseDirectly(config: Config): Promise<Diagnosis> {
  const { diagnose } = await import("../main.js");
  return diagnose({ config });
}

/**
 * Its log goes to standard error, because standard output is for results.
 * @throws CliError (bad input) when its address cannot be had
 */
export async function startServer(config: Config): Promise<RunningServer> {
  keepGarbageYoung();
  const main = await import("../main.js");
  try {
    return await main.startServer({ config, logDestination: 2 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!/^(EADDRINUSE|EADDRNOTAVAIL|EACCES)$/.test(code)) throw error;
    const { message, port } = error as Error & { readonly port?: number };
    const isOfMetrics = port !== undefined && port === config.metricsPort && port !== config.port;
    const names = isOfMetrics ? "MUSTER_METRICS_HOST, MUSTER_METRICS_PORT" : "MUSTER_HOST, MUSTER_PORT";
    throw badInput(names, "an address that this process can listen on", message);
  }
}

/** Variables of the command line, the tests and the benchmark; the server does not know them. */
const OTHERS_VARIABLES = /^MUSTER_(ADDRESS|NAMESPACE|DEBUG|WFINSTANCES|TEST_.*|CHAOS_.*)$/;

/**
 * Environment and command line as one configuration; the command line wins. A variable that means nothing is
 * probably misspelt, and named in a warning.
 * @throws ConfigError that names every problem
 */
export async function readServerConfig(overrides: Partial<Record<Variable, string>>): Promise<Config> {
  const { readConfig, unknownVariables } = await import("../config.js");
  for (const name of unknownVariables(process.env)) {
    if (!OTHERS_VARIABLES.test(name)) process.stderr.write(`muster: warning: ${name}: no such variable\n`);
  }
  return readConfig(process.env, overrides);
}
