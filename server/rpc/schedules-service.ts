/**
 * muster.schedules.v1.SchedulesService: decodes, calls ScheduleOperations, encodes. Decides nothing itself. Plugged
 * into front.ts by main.ts.
 */
import type { SchedulesServiceHandlers } from "../../proto/gen/muster/schedules/v1/SchedulesService.js";
import { allServices } from "../../proto/load.js";
import type { ScheduleOperations } from "../core/schedule-operations.js";
import {
  decodeCreateSchedule,
  decodeFireAt,
  decodeListSchedules,
  decodeScheduleRef,
  decodeShown,
  encodeFire,
  encodeSchedule,
} from "./codec/schedule.js";
import { encodeOptionalTimestamp } from "./codec/time.js";
import type { RpcService } from "./front.js";
import type { HandlerContext } from "./handlers/context.js";
import { unary } from "./handlers/unary.js";

export function createSchedulesService(schedules: ScheduleOperations): RpcService {
  return {
    names: ["muster.schedules.v1.SchedulesService"],
    register({ server, context }) {
      server.addService(
        allServices().schedules.SchedulesService.service,
        schedulesService(context, schedules),
      );
    },
  };
}

function schedulesService(context: HandlerContext, schedules: ScheduleOperations): SchedulesServiceHandlers {
  return {
    CreateSchedule: unary(context, "SchedulesService/CreateSchedule", async (request) => {
      const { input, ...options } = decodeCreateSchedule(request);
      const { schedule, existed } = await schedules.create(input, options);
      return { schedule: encodeSchedule(schedule), existed };
    }),
    GetSchedule: unary(context, "SchedulesService/GetSchedule", async (request) => ({
      schedule: encodeSchedule(await schedules.get(decodeScheduleRef(request), decodeShown(request))),
    })),
    ListSchedules: unary(context, "SchedulesService/ListSchedules", async (request) => {
      const page = await schedules.list(decodeListSchedules(request));
      return { schedules: page.schedules.map(encodeSchedule), nextPageToken: page.nextPageToken ?? "" };
    }),
    PauseSchedule: unary(context, "SchedulesService/PauseSchedule", async (request) => {
      const { changed } = await schedules.pause(decodeScheduleRef(request));
      return { changed };
    }),
    ResumeSchedule: unary(context, "SchedulesService/ResumeSchedule", async (request) => {
      const { changed, nextFireAt } = await schedules.resume(decodeScheduleRef(request));
      return { changed, nextFireAt: encodeOptionalTimestamp(nextFireAt) };
    }),
    DeleteSchedule: unary(context, "SchedulesService/DeleteSchedule", async (request) => {
      await schedules.delete(decodeScheduleRef(request));
      return {};
    }),
    TriggerSchedule: unary(context, "SchedulesService/TriggerSchedule", async (request) => {
      const { fire, existed } = await schedules.trigger(decodeScheduleRef(request), decodeFireAt(request));
      return { fire: encodeFire(fire), existed };
    }),
  };
}
