/**
 * Canary redrives: starts, shows and stops them. Nothing is carried out here: a redrive is a row that some replica's
 * redriver steps. Called by the rpc layer.
 */
import { MusterError } from "../core/errors.js";
import type { RedriveOperations, RedriveView } from "../core/redrive.js";
import type { Store } from "../core/store.js";
import { shown } from "../core/validate.js";
import type { StoreViews } from "../core/views.js";
import { findGraph } from "./queries.js";

export function redriveOperations(parts: {
  readonly store: Pick<Store, "startRedrive" | "stopRedrive">;
  readonly views: StoreViews;
  /** A redrive was started; this replica may look at once. */
  readonly onStarted: () => void;
}): RedriveOperations {
  const { store, views, onStarted } = parts;

  async function find(namespace: string, id: string): Promise<RedriveView> {
    const number = /^[1-9]\d{0,14}$/.test(id) ? Number(id) : null;
    const [found] = number === null ? [] : await views.redrives(namespace, { id: number, isOpen: false });
    if (found !== undefined) return found;
    throw new MusterError("REDRIVE_NOT_FOUND", `no redrive ${shown(id)} in namespace ${shown(namespace)}`);
  }

  return {
    async startRedrive(settings) {
      const { namespace, graphPublicId } = settings.filter;
      if (graphPublicId !== null) await findGraph(views, namespace, graphPublicId);
      const id = await store.startRedrive(settings);
      if (id !== null) {
        onStarted();
        return find(namespace, String(id));
      }
      const [open] = await views.redrives(namespace, { id: null, isOpen: true });
      const got =
        open === undefined
          ? "one that has just ended: try again"
          : `redrive ${open.id} in state ${open.state}`;
      throw new MusterError(
        "ILLEGAL_TRANSITION",
        `redrive: expected none open in the namespace, got ${got}`,
        {
          violations: [{ field: "redrive", expected: "none open in the namespace", got }],
        },
      );
    },
    getRedrive: find,
    listRedrives: (namespace) => views.redrives(namespace, { id: null, isOpen: false }),
    async stopRedrive(namespace, id, reason) {
      const found = await find(namespace, id);
      await store.stopRedrive({ namespace, id: found.id, reason: reason === "" ? "stopped" : reason });
      return find(namespace, id);
    },
  };
}
