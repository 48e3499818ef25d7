/**
 * The one place where the command line meets the server: what `serve`, `migrate` and `dev` need of it, loaded only
 * then, so that client commands neither wait for it nor hold it in memory.
 */
import type { Config, Variable } from "../config.js";

export type { RunningServer } from "../main.js";

export function serverAccess(): Promise<typeof import("../main.js")> {
  return import("../main.js");
}

/**
 * Environment and command line as one configuration; the command line wins.
 * @throws ConfigError that names every problem
 */
export async function readServerConfig(overrides: Partial<Record<Variable, string>>): Promise<Config> {
  const { readConfig } = await import("../config.js");
  return readConfig(process.env, overrides);
}
