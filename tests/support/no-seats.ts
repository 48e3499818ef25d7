/** For tests of results without a dispatcher: no session has credit for dependents, so all go the ordinary way. */
import { HandOver } from "../../server/coordinator/hand-over.js";
import { NO_LOG } from "../../server/core/ports.js";

const nothing = (): void => undefined;

/** Options of `Finish`. */
export const NO_SEATS = {
  logger: NO_LOG,
  handOver: new HandOver({
    offerSeats: (queueId) => ({ queueId, sessions: [], types: null }),
    push: nothing,
    onCredit: nothing,
    recount: nothing,
  }),
};
