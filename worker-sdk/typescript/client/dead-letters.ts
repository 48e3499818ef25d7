/**
 * Dead letters for operators: jobs that are dead and were not retried. Lists and groups them, runs them again, takes
 * them off the list, and drives them again behind a canary. `Client.deadLetters` is one of these. Retry and discard go
 * page by page, so that no call is long; what was done before a page failed stays done.
 */
import { services } from "../../../proto/load.js";
import type { Calls } from "./calls.js";
import {
  toLetterFilter,
  toLetterGroup,
  toLetterView,
  toRedriveView,
  type DeadLetterFilter,
  type DeadLetterGroup,
  type DeadLetterView,
  type RedriveView,
} from "./dead-letter-view.js";

const adminService = () => services().admin.AdminService.service;
const PAGE_SIZE = 200;
const LIST_PAGE_SIZE = 1000;

export interface RedriveInput {
  readonly filter: DeadLetterFilter;
  /** How many go first and are watched to their end, 1..100, default 5. */
  readonly canary?: number;
  /** Of the others, 0.01..1000, default 10. */
  readonly perSecond?: number;
}

export interface Retried {
  /** A new generation under the same id. */
  readonly retried: number;
  /** Dependents that their end had ended, which wait for them again. */
  readonly revived: number;
  /** Left dead: a parent failed that was not retried. */
  readonly refused: number;
}

export class DeadLetters {
  readonly #calls: Calls;
  readonly #namespace: string;

  constructor(calls: Calls, namespace: string) {
    this.#calls = calls;
    this.#namespace = namespace;
  }

  /** Newest job first, every page. `discarded`: those that were taken off the list, instead. */
  async *list(
    filter: DeadLetterFilter = {},
    options: { readonly discarded?: boolean; readonly pageSize?: number } = {},
  ): AsyncGenerator<DeadLetterView, void, undefined> {
    let pageToken = "";
    do {
      const request = {
        namespace: this.#namespace,
        filter: toLetterFilter(filter),
        pageSize: options.pageSize ?? LIST_PAGE_SIZE,
        pageToken,
        discarded: options.discarded ?? false,
      };
      const response = await this.#calls.unary(adminService().ListDeadLetters, request, { idempotent: true });
      for (const letter of response.deadLetters ?? []) yield toLetterView(letter);
      pageToken = response.nextPageToken ?? "";
    } while (pageToken !== "");
  }

  /** By what went wrong, the largest group first. @param limit 1..1000, default 100 */
  async groups(filter: DeadLetterFilter = {}, limit = 100): Promise<readonly DeadLetterGroup[]> {
    const request = { namespace: this.#namespace, filter: toLetterFilter(filter), limit };
    const response = await this.#calls.unary(adminService().ListDeadLetterGroups, request, {
      idempotent: true,
    });
    return (response.groups ?? []).map(toLetterGroup);
  }

  /**
   * Runs them again, parents first, with the dependents that their end had ended. Finished parents keep their results.
   * Doing it twice does nothing more.
   * @throws MusterClientError INVALID_REQUEST for an empty filter without `all`
   */
  async retry(filter: DeadLetterFilter): Promise<Retried> {
    const total = { retried: 0, revived: 0, refused: 0 };
    let pageToken = "";
    do {
      const request = {
        namespace: this.#namespace,
        filter: toLetterFilter(filter),
        pageSize: PAGE_SIZE,
        pageToken,
      };
      const response = await this.#calls.unary(adminService().RetryDeadLetters, request, {
        idempotent: true,
      });
      total.retried += response.retried ?? 0;
      total.revived += response.revived ?? 0;
      total.refused += response.refused ?? 0;
      pageToken = response.nextPageToken ?? "";
    } while (pageToken !== "");
    return total;
  }

  /** Takes them off the list for good; the jobs stay dead, with their history. @returns how many */
  async discard(filter: DeadLetterFilter): Promise<number> {
    let discarded = 0;
    let pageToken = "";
    do {
      const request = {
        namespace: this.#namespace,
        filter: toLetterFilter(filter),
        pageSize: LIST_PAGE_SIZE,
        pageToken,
      };
      const response = await this.#calls.unary(adminService().DiscardDeadLetters, request, {
        idempotent: true,
      });
      discarded += response.discarded ?? 0;
      pageToken = response.nextPageToken ?? "";
    } while (pageToken !== "");
    return discarded;
  }

  /**
   * Retries a few, watches them to their end, then the others at a rate; ends as failed when one of the first does not
   * succeed. Runs on the servers, whatever becomes of this client.
   * @throws MusterClientError ILLEGAL_TRANSITION while another one of the namespace is open
   */
  async startRedrive({ filter, canary = 0, perSecond = 0 }: RedriveInput): Promise<RedriveView> {
    const request = { namespace: this.#namespace, filter: toLetterFilter(filter), canary, perSecond };
    const response = await this.#calls.unary(adminService().StartRedrive, request, { idempotent: false });
    return toRedriveView(response.redrive ?? {});
  }

  /** @throws MusterClientError REDRIVE_NOT_FOUND */
  async getRedrive(redriveId: string): Promise<RedriveView> {
    const request = { namespace: this.#namespace, redriveId };
    const response = await this.#calls.unary(adminService().GetRedrive, request, { idempotent: true });
    return toRedriveView(response.redrive ?? {});
  }

  /** The newest first, up to 100. */
  async redrives(): Promise<readonly RedriveView[]> {
    const request = { namespace: this.#namespace };
    const response = await this.#calls.unary(adminService().ListRedrives, request, { idempotent: true });
    return (response.redrives ?? []).map(toRedriveView);
  }

  /** What was retried goes on. One that has ended stays as it is. @throws MusterClientError REDRIVE_NOT_FOUND */
  async stopRedrive(redriveId: string, reason = ""): Promise<RedriveView> {
    const request = { namespace: this.#namespace, redriveId, reason };
    const response = await this.#calls.unary(adminService().StopRedrive, request, { idempotent: true });
    return toRedriveView(response.redrive ?? {});
  }
}
