/**
 * The client's schedules: work that the server submits again and again. Reached as `client.schedules`, over the
 * client's connection.
 */
import { services } from "../../../proto/load.js";
import { fromTimestamp, toTimestamp } from "../times.js";
import type { Calls } from "./calls.js";
import {
  toFireView,
  toScheduleSpec,
  toScheduleView,
  type FireView,
  type ScheduleInput,
  type ScheduleView,
} from "./schedule-view.js";

const service = () => services().schedules.SchedulesService.service;

export class Schedules {
  readonly #calls: Calls;
  readonly #namespace: string;

  constructor(calls: Calls, namespace: string) {
    this.#calls = calls;
    this.#namespace = namespace;
  }

  /**
   * The same schedule again answers with the one that is there, `existed` true.
   * @throws MusterClientError INVALID_REQUEST, INVALID_JOB, SCHEDULE_CONFLICT when the name has another spec
   */
  async create(
    input: ScheduleInput,
    options: { readonly dryRun?: boolean; readonly upcoming?: number } = {},
  ): Promise<{ readonly schedule: ScheduleView; readonly existed: boolean }> {
    const request = {
      namespace: this.#namespace,
      name: input.name,
      spec: toScheduleSpec(input),
      paused: input.paused ?? false,
      dryRun: options.dryRun ?? false,
      upcoming: options.upcoming ?? 0,
    };
    const response = await this.#calls.unary(service().CreateSchedule, request, { idempotent: true });
    return { schedule: toScheduleView(response.schedule ?? {}), existed: response.existed ?? false };
  }

  /** @throws MusterClientError SCHEDULE_NOT_FOUND */
  async get(
    name: string,
    options: { readonly upcoming?: number; readonly fires?: number } = {},
  ): Promise<ScheduleView> {
    const request = {
      namespace: this.#namespace,
      name,
      upcoming: options.upcoming ?? 0,
      fires: options.fires ?? 0,
    };
    const response = await this.#calls.unary(service().GetSchedule, request, { idempotent: true });
    return toScheduleView(response.schedule ?? {});
  }

  /** All of them, by name. */
  async list(): Promise<readonly ScheduleView[]> {
    const found: ScheduleView[] = [];
    let pageToken = "";
    do {
      const request = { namespace: this.#namespace, pageSize: 1000, pageToken };
      const response = await this.#calls.unary(service().ListSchedules, request, { idempotent: true });
      found.push(...(response.schedules ?? []).map(toScheduleView));
      pageToken = response.nextPageToken ?? "";
    } while (pageToken !== "");
    return found;
  }

  /** What falls into the pause is not made up for. @returns false when it was paused already */
  async pause(name: string): Promise<boolean> {
    const request = { namespace: this.#namespace, name };
    const response = await this.#calls.unary(service().PauseSchedule, request, { idempotent: true });
    return response.changed ?? false;
  }

  async resume(name: string): Promise<{ readonly changed: boolean; readonly nextFireAt: Date | undefined }> {
    const request = { namespace: this.#namespace, name };
    const response = await this.#calls.unary(service().ResumeSchedule, request, { idempotent: true });
    return { changed: response.changed ?? false, nextFireAt: fromTimestamp(response.nextFireAt) };
  }

  /** Jobs that it submitted stay. @throws MusterClientError SCHEDULE_NOT_FOUND */
  async delete(name: string): Promise<void> {
    const request = { namespace: this.#namespace, name };
    await this.#calls.unary(service().DeleteSchedule, request, { idempotent: false });
  }

  /**
   * Submits its work now, beside its regular times.
   * @param options.fireAt the fire time that the work is told; the same one again answers with the first one's work
   */
  async trigger(
    name: string,
    options: { readonly fireAt?: Date } = {},
  ): Promise<{ readonly fire: FireView; readonly existed: boolean }> {
    const { fireAt } = options;
    const request = {
      namespace: this.#namespace,
      name,
      ...(fireAt !== undefined && { fireAt: toTimestamp(fireAt.getTime()) }),
    };
    const idempotent = fireAt !== undefined;
    const response = await this.#calls.unary(service().TriggerSchedule, request, { idempotent });
    return { fire: toFireView(response.fire ?? {}), existed: response.existed ?? false };
  }
}
