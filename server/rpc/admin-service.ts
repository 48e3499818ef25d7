/**
 * muster.admin.v1.AdminService: decodes, calls AdminOperations, encodes. Decides nothing itself. Its calls about dead
 * letters are in dead-letters.ts; registered by front.ts.
 */
import type { AdminServiceHandlers } from "../../proto/gen/muster/admin/v1/AdminService.js";
import type { AdminOperations } from "../core/operations.js";
import { encodeDiagnosis } from "./codec/diagnosis.js";
import { WORKER_STATE } from "./codec/enums.js";
import { decodeSetQueueLimits, encodeQueue, encodeQueueLimits } from "./codec/queue.js";
import { decodeDrainWorker, decodeNamed, decodeNamespaceOnly } from "./codec/refs.js";
import { decodeListWorkers, encodeWorker } from "./codec/worker.js";
import type { DeadLettersHandlers } from "./dead-letters.js";
import type { HandlerContext } from "./handlers/context.js";
import { unary } from "./handlers/unary.js";

export function adminService(
  context: HandlerContext,
  admin: AdminOperations,
): Omit<AdminServiceHandlers, keyof DeadLettersHandlers> {
  return {
    ListWorkers: unary(context, "AdminService/ListWorkers", async (request) => {
      const { workers, nextPageToken } = await admin.listWorkers(decodeListWorkers(request));
      return { workers: workers.map(encodeWorker), nextPageToken: nextPageToken ?? "" };
    }),
    GetWorker: unary(context, "AdminService/GetWorker", async (request) => {
      const { namespace, name } = decodeNamed("worker_id", request.workerId, request);
      return { worker: encodeWorker(await admin.getWorker(namespace, name)) };
    }),
    DrainWorker: unary(context, "AdminService/DrainWorker", async (request) => {
      const { namespace, workerId, timeoutMs } = decodeDrainWorker(request);
      const { state, inFlight } = await admin.drainWorker(namespace, workerId, timeoutMs);
      return { state: WORKER_STATE[state], inFlight };
    }),
    ListQueues: unary(context, "AdminService/ListQueues", async (request) => {
      const queues = await admin.listQueues(decodeNamespaceOnly(request));
      return { queues: queues.map(encodeQueue) };
    }),
    PauseQueue: unary(context, "AdminService/PauseQueue", async (request) => {
      const { namespace, name } = decodeNamed("queue", request.queue, request);
      const { changed } = await admin.pauseQueue(namespace, name);
      return { changed };
    }),
    ResumeQueue: unary(context, "AdminService/ResumeQueue", async (request) => {
      const { namespace, name } = decodeNamed("queue", request.queue, request);
      const { changed } = await admin.resumeQueue(namespace, name);
      return { changed };
    }),
    SetQueueLimits: unary(context, "AdminService/SetQueueLimits", async (request) => {
      const { namespace, queue, limits } = decodeSetQueueLimits(request);
      await admin.setQueueLimits(namespace, queue, limits);
      return { limits: encodeQueueLimits(limits) };
    }),
    ClearQueueLimits: unary(context, "AdminService/ClearQueueLimits", async (request) => {
      const { namespace, name } = decodeNamed("queue", request.queue, request);
      await admin.setQueueLimits(namespace, name, null);
      return {};
    }),
    Diagnose: unary(context, "AdminService/Diagnose", async () => encodeDiagnosis(await admin.diagnose())),
  };
}
