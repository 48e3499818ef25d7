/** `muster migrate`: brings the database to the newest schema. Safe to run twice, and from two places at once. */
import type { Command } from "commander";
import { EXIT_CODE_HELP } from "../exit-codes.js";
import { printJson, printLine } from "../output.js";
import { migrateDatabase, readServerConfig } from "../server-access.js";

interface Options {
  readonly json?: boolean;
}

export function addMigrate(program: Command): void {
  program
    .command("migrate")
    .description("bring the database of DATABASE_URL to the newest schema")
    .option("--json", "print JSON for programs instead of text for people")
    .addHelpText("after", EXIT_CODE_HELP)
    .action(async (options: Options) => {
      // Without a database it is told of, it would make an embedded one and report success.
      // Redis is not connected to, and need not be named.
      const redis = process.env["REDIS_URL"] ? {} : { REDIS_URL: "redis://127.0.0.1:6379" };
      const config = await readServerConfig({ MUSTER_MODE: "servers", ...redis });
      const applied = await migrateDatabase(config);
      if (options.json === true) printJson({ applied });
      else printLine(applied.length === 0 ? "the schema is up to date" : `applied: ${applied.join(", ")}`);
    });
}
