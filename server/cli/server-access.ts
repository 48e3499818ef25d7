/**
 * The one place where the command line meets the server: what `serve`, `migrate` and `dev` need of it, loaded only
 * then, so that client commands neither wait for it nor hold it in memory.
 */
import type { Config, Variable } from "../config.js";

export interface RunningServer {
  /** host:port; the port that was really opened when 0 was asked for. */
  readonly grpcAddress: string;
  /** Null when metrics are off. */
  readonly metricsAddress: string | null;
  /** Drains, lets streams end, closes everything. */
  stop(): Promise<void>;
}

export interface ServerAccess {
  startServer(options: { readonly config: Config; readonly logDestination?: 1 | 2 }): Promise<RunningServer>;
  /** Brings the database to the newest schema. @returns the names of what was applied now */
  migrate(options: { readonly config: Config }): Promise<readonly string[]>;
}

export async function serverAccess(): Promise<ServerAccess> {
  const main: string = new URL("../main.js", import.meta.url).href;
  return (await import(main)) as ServerAccess;
}

/**
 * Environment and command line as one configuration; the command line wins.
 * @throws ConfigError that names every problem
 */
export async function readServerConfig(overrides: Partial<Record<Variable, string>>): Promise<Config> {
  const { readConfig } = await import("../config.js");
  return readConfig(process.env, overrides);
}
