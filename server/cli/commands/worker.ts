import type { Command } from "commander";
export function addWorker(program: Command): void {
  program.command("worker");
}
