/** `muster pause` and `muster resume`: a paused queue accepts jobs and gives none out; what runs goes on. */
import type { Command } from "commander";
import { withClient } from "../connect.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { printJson, printLine } from "../output.js";

export function addPause(program: Command): void {
  clientOptions(
    program.command("pause <queue>").description("stop giving out jobs of a queue; what runs goes on"),
  ).action(async (queue: string, options: ClientOptions) => {
    const changed = await withClient(options, (client) => client.pauseQueue(queue));
    if (options.json === true) printJson({ queue, paused: true, changed });
    else printLine(changed ? `${queue}: paused` : `${queue}: was paused already`);
  });
}

export function addResume(program: Command): void {
  clientOptions(
    program.command("resume <queue>").description("give out jobs of a paused queue again"),
  ).action(async (queue: string, options: ClientOptions) => {
    const changed = await withClient(options, (client) => client.resumeQueue(queue));
    if (options.json === true) printJson({ queue, paused: false, changed });
    else printLine(changed ? `${queue}: resumed` : `${queue}: was not paused`);
  });
}
