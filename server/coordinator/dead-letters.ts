/**
 * What operators ask of dead letters: list, group, retry a page, discard a page. Looks up what the filter names, so that
 * a graph that does not exist is an error and not an empty list. Called by the rpc layer.
 */
import type { DeadLetterFilter, DeadLetterOperations, DeadLetterQuery } from "../core/dead-letters.js";
import { letterQuery } from "../core/letter-query.js";
import type { Store } from "../core/store.js";
import type { StoreViews } from "../core/views.js";
import type { Aftermath } from "./aftermath.js";
import { findGraph } from "./queries.js";

export function deadLetterOperations(parts: {
  readonly store: Pick<Store, "retryDeadLetters" | "discardDeadLetters">;
  readonly views: StoreViews;
  readonly aftermath: Aftermath;
}): DeadLetterOperations {
  const { store, views, aftermath } = parts;

  async function resolved(
    filter: DeadLetterFilter,
    isDiscarded: DeadLetterQuery["isDiscarded"],
  ): Promise<DeadLetterQuery> {
    if (filter.graphPublicId !== null) await findGraph(views, filter.namespace, filter.graphPublicId);
    return { ...letterQuery(filter), isDiscarded };
  }

  return {
    listDeadLetters: async (filter, { isDiscarded, ...page }) =>
      views.listDeadLetters(await resolved(filter, isDiscarded), page),
    groupDeadLetters: async (filter, limit) => views.groupDeadLetters(await resolved(filter, false), limit),
    async retryDeadLetters(filter, page) {
      const query = await resolved(filter, filter.jobPublicIds === null ? false : null);
      const { changed, ...retried } = await store.retryDeadLetters(query, page);
      aftermath.settled(changed);
      return retried;
    },
    discardDeadLetters: async (filter, page) => store.discardDeadLetters(await resolved(filter, false), page),
  };
}
