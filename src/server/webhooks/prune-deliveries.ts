import type { Webhook } from "../../domain/index.ts";
import { type Clock, LIMITS } from "../../kernel/index.ts";
import type { AccessStore } from "../../store/index.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long a message that is over, taken or given up, can still be looked at. */
export const DELIVERY_KEPT_MS = 7 * DAY_MS;

/**
 * Steps older than this are not looked for: the message of one may have been removed, and would be sent again. A day less,
 * because the clocks of two processes differ.
 */
export const RECONCILED_MS = DELIVERY_KEPT_MS - DAY_MS;

type DeliveryStore = Pick<AccessStore, "pruneDeliveries">;

/** Removes what was over long ago. */
export async function pruneOldDeliveries(
  webhooks: readonly Pick<Webhook, "id">[],
  { store, clock }: { readonly store: DeliveryStore; readonly clock: Clock },
): Promise<void> {
  const beforeMs = clock.nowMs() - DELIVERY_KEPT_MS;
  for (const { id } of webhooks) await pruneDeliveries(id, beforeMs, store);
}

/** Page by page, so that other writers get their turn. */
export async function pruneDeliveries(id: Webhook["id"], beforeMs: number, store: DeliveryStore): Promise<void> {
  const limit = LIMITS.pageRowsMax;
  while ((await store.pruneDeliveries(id, { beforeMs, limit })) === limit);
}
