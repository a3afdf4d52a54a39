import type { Webhook } from "../../domain/index.ts";
import type { Clock } from "../../kernel/index.ts";
import type { AccessStore } from "../../store/index.ts";

/** Webhooks that other processes make are known here after so long at the latest. */
const KNOWN_MS = 2_000;

type WebhookStore = Pick<AccessStore, "listWebhooks">;

interface Known {
  readonly webhooks: Promise<readonly Webhook[]>;
  readonly readAtMs: number;
}

/** All who ask for the same store share what is known: who changes a webhook is not who sends to it. */
const knownOfStores = new WeakMap<object, Known>();

/** The store's webhooks as they were a moment ago: every step of every run asks. */
export function knownWebhooks(store: WebhookStore, clock: Clock): Promise<readonly Webhook[]> {
  const known = knownOfStores.get(store);
  const isFresh = known !== undefined && clock.monotonicMs() - known.readAtMs < KNOWN_MS;
  return isFresh ? known.webhooks : readWebhooks(store, clock);
}

/** The store's webhooks as they are now; others then know them, too. */
export function readWebhooks(store: WebhookStore, clock: Clock): Promise<readonly Webhook[]> {
  const known: Known = { webhooks: store.listWebhooks(), readAtMs: clock.monotonicMs() };
  knownOfStores.set(store, known);
  known.webhooks.catch(() => {
    if (knownOfStores.get(store) === known) knownOfStores.delete(store);
  });
  return known.webhooks;
}

/** For whoever has made or removed a webhook: the next step asks the store. */
export function forgetWebhooks(store: WebhookStore): void {
  knownOfStores.delete(store);
}
