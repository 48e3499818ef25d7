/**
 * The calls of AdminService about dead letters and redrives: decodes, calls the operations, encodes. Decides nothing
 * itself. Registered by front.ts with the rest of the service.
 */
import type { AdminServiceHandlers } from "../../proto/gen/muster/admin/v1/AdminService.js";
import type { DeadLetterOperations } from "../core/dead-letters.js";
import type { RedriveOperations } from "../core/redrive.js";
import {
  decodeLetterPage,
  decodeListGroups,
  decodeListLetters,
  encodeLetter,
  encodeLetterGroup,
} from "./codec/dead-letter.js";
import { decodeRedriveRef, decodeStartRedrive, encodeRedrive } from "./codec/redrive.js";
import { decodeNamespaceOnly } from "./codec/refs.js";
import type { HandlerContext } from "./handlers/context.js";
import { unary } from "./handlers/unary.js";

export type DeadLettersHandlers = Pick<
  AdminServiceHandlers,
  | "ListDeadLetters"
  | "ListDeadLetterGroups"
  | "RetryDeadLetters"
  | "DiscardDeadLetters"
  | "StartRedrive"
  | "GetRedrive"
  | "ListRedrives"
  | "StopRedrive"
>;

export function deadLettersHandlers(
  context: HandlerContext,
  deadLetters: DeadLetterOperations & RedriveOperations,
): DeadLettersHandlers {
  return {
    ListDeadLetters: unary(context, "AdminService/ListDeadLetters", async (request) => {
      const { filter, ...page } = decodeListLetters(request);
      const { letters, nextPageToken } = await deadLetters.listDeadLetters(filter, page);
      return { deadLetters: letters.map(encodeLetter), nextPageToken: nextPageToken ?? "" };
    }),
    ListDeadLetterGroups: unary(context, "AdminService/ListDeadLetterGroups", async (request) => {
      const { filter, limit } = decodeListGroups(request);
      return { groups: (await deadLetters.groupDeadLetters(filter, limit)).map(encodeLetterGroup) };
    }),
    RetryDeadLetters: unary(context, "AdminService/RetryDeadLetters", async (request) => {
      const { filter, ...page } = decodeLetterPage(request);
      const { nextPageToken, ...counts } = await deadLetters.retryDeadLetters(filter, page);
      return { ...counts, nextPageToken: nextPageToken ?? "" };
    }),
    DiscardDeadLetters: unary(context, "AdminService/DiscardDeadLetters", async (request) => {
      const { filter, ...page } = decodeLetterPage(request);
      const { discarded, nextPageToken } = await deadLetters.discardDeadLetters(filter, page);
      return { discarded, nextPageToken: nextPageToken ?? "" };
    }),
    StartRedrive: unary(context, "AdminService/StartRedrive", async (request) => ({
      redrive: encodeRedrive(await deadLetters.startRedrive(decodeStartRedrive(request))),
    })),
    GetRedrive: unary(context, "AdminService/GetRedrive", async (request) => {
      const { namespace, id } = decodeRedriveRef(request);
      return { redrive: encodeRedrive(await deadLetters.getRedrive(namespace, id)) };
    }),
    ListRedrives: unary(context, "AdminService/ListRedrives", async (request) => ({
      redrives: (await deadLetters.listRedrives(decodeNamespaceOnly(request))).map(encodeRedrive),
    })),
    StopRedrive: unary(context, "AdminService/StopRedrive", async (request) => {
      const { namespace, id, reason } = decodeRedriveRef(request);
      return { redrive: encodeRedrive(await deadLetters.stopRedrive(namespace, id, reason)) };
    }),
  };
}
