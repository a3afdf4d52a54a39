import type { Webhook, WebhookDelivery } from "../../domain/index.ts";
import { AegisError, type Clock, LIMITS, type Random } from "../../kernel/index.ts";
import type { AccessStore, RunStore } from "../../store/index.ts";
import type { Log } from "../log.ts";
import { readWebhooks } from "./known-webhooks.ts";
import { planRetry } from "./plan-retry.ts";
import type { PostWebhook, WebhookAnswer } from "./post-webhook.ts";
import { pruneDeliveries, pruneOldDeliveries } from "./prune-deliveries.ts";
import { webhookHeaders } from "./sign-webhook.ts";
import { openWebhookOutbox, type WebhookOutbox } from "./webhook-outbox.ts";

export interface WebhookSenderOptions {
  readonly store: Pick<
    AccessStore,
    "listWebhooks" | "addDeliveries" | "listDueDeliveries" | "updateDelivery" | "pruneDeliveries"
  > &
    Pick<RunStore, "listRuns">;
  readonly clock: Clock;
  readonly random: Random;
  readonly post: PostWebhook;
  readonly log: Log;
  /** How often to look for what is due: what this process notes is sent at once. */
  readonly pollMs?: number;
  readonly timeoutMs?: number;
}

export interface WebhookSender extends Pick<WebhookOutbox, "noteStep"> {
  /** Looks for what is due now. */
  nudge(): void;
  /** Breaks off what is being sent; it is sent again by whoever comes next. */
  close(): Promise<void>;
}

const POLL_MS = 1_000;
const RECONCILE_MS = 5 * 60 * 1_000;
const PRUNE_MS = 60 * 60 * 1_000;
/** A message whose sender is gone is taken up by another so long after the attempt can have ended. */
const LEASE_MARGIN_MS = 5_000;

/**
 * Sends what waits in the outbox, at least once: a receiver tells repetitions by `webhook-id`. Every attempt is written
 * down before it is made, so that a crash neither loses a message nor tries one for ever.
 */
export function openWebhookSender(options: WebhookSenderOptions): WebhookSender {
  return new Sender(options);
}

class Sender implements WebhookSender {
  readonly noteStep: WebhookSender["noteStep"];
  readonly #options: WebhookSenderOptions;
  readonly #outbox: WebhookOutbox;
  readonly #closing = new AbortController();
  readonly #sends = new Map<string, Promise<void>>();
  readonly #perTarget = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #mustLookAgain = false;
  #reconciledAtMs = Number.NEGATIVE_INFINITY;
  #prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
    this.#outbox = openWebhookOutbox(options, () => this.nudge());
    this.noteStep = this.#outbox.noteStep;
    this.nudge();
  }

  nudge(): void {
    if (this.#closing.signal.aborted) return;
    if (this.#looking) {
      this.#mustLookAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#looking = this.#look()
      .catch((error: unknown) => this.#warn("Webhooks could not be looked at", error))
      .finally(() => {
        this.#looking = undefined;
        if (this.#closing.signal.aborted) return;
        const waitMs = this.#mustLookAgain ? 0 : (this.#options.pollMs ?? POLL_MS);
        this.#mustLookAgain = false;
        this.#timer = setTimeout(() => this.nudge(), waitMs).unref();
      });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#sends.values());
  }

  async #look(): Promise<void> {
    const { store, clock } = this.#options;
    await this.#reconcile();
    await this.#prune();
    // One that ends while the page is read would look due in it.
    const busy = new Set(this.#sends.keys());
    const due = await store.listDueDeliveries(clock.nowMs(), LIMITS.pageRowsMax);
    if (due.length === 0) return;
    const webhooks = new Map((await readWebhooks(store, clock)).map((webhook) => [webhook.id, webhook]));
    const crowded: WebhookDelivery[] = [];
    for (const delivery of due) {
      if (this.#closing.signal.aborted || this.#sends.size >= LIMITS.webhookSendsMax) return;
      if (busy.has(delivery.id)) continue;
      const webhook = webhooks.get(delivery.webhookId);
      if (webhook === undefined) await this.#drop(delivery);
      else if (this.#isCrowded(webhook)) crowded.push(delivery);
      else this.#start(delivery, webhook);
    }
    // A slow target must not fill the page, or the others would never be seen.
    if (due.length === LIMITS.pageRowsMax) await this.#postpone(crowded);
  }

  async #reconcile(): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#reconciledAtMs < RECONCILE_MS) return;
    await this.#outbox.reconcile();
    this.#reconciledAtMs = nowMs;
  }

  async #prune(): Promise<void> {
    const { store, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#prunedAtMs < PRUNE_MS) return;
    await pruneOldDeliveries(await readWebhooks(store, clock), { store, clock });
    this.#prunedAtMs = nowMs;
  }

  #isCrowded({ url }: Webhook): boolean {
    return (this.#perTarget.get(originOf(url)) ?? 0) >= LIMITS.webhookSendsPerTargetMax;
  }

  #start(delivery: WebhookDelivery, webhook: Webhook): void {
    const target = originOf(webhook.url);
    this.#perTarget.set(target, (this.#perTarget.get(target) ?? 0) + 1);
    const sending = this.#send(delivery, webhook)
      .catch((error: unknown) => this.#warn("A webhook's message could not be sent", error))
      .finally(() => {
        this.#sends.delete(delivery.id);
        const left = (this.#perTarget.get(target) ?? 1) - 1;
        if (left === 0) this.#perTarget.delete(target);
        else this.#perTarget.set(target, left);
        this.nudge();
      });
    this.#sends.set(delivery.id, sending);
  }

  async #send(delivery: WebhookDelivery, webhook: Webhook): Promise<void> {
    const { store, clock, random, timeoutMs = LIMITS.webhookTimeoutMs } = this.#options;
    const count = delivery.attempt + 1;
    const { outcome, lastStatus } = delivery;
    const leaseMs = clock.nowMs() + timeoutMs + LEASE_MARGIN_MS;
    await store.updateDelivery(delivery.id, { attempt: count, nextAtMs: leaseMs, outcome, lastStatus });
    const answer = await this.#post(delivery, webhook, timeoutMs);
    if (answer === "forbidden") return this.#giveUp({ ...delivery, attempt: count });
    // The attempt was broken off from here and says nothing about the receiver.
    if (answer === undefined && this.#closing.signal.aborted) return;
    const nowMs = clock.nowMs();
    const next = planRetry({ count, answer, nowMs, random });
    const status = answer?.status ?? null;
    if (next.kind === "retry") {
      const nextAtMs = nowMs + next.afterMs;
      return store.updateDelivery(delivery.id, { attempt: count, nextAtMs, outcome: "pending", lastStatus: status });
    }
    await store.updateDelivery(delivery.id, { attempt: count, nextAtMs: null, outcome: next.kind, lastStatus: status });
  }

  async #post(
    { id, body: told }: WebhookDelivery,
    { url, secret }: Webhook,
    timeoutMs: number,
  ): Promise<WebhookAnswer | "forbidden" | undefined> {
    const body = JSON.stringify(told);
    const timestamp = Math.floor(this.#options.clock.nowMs() / 1_000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "aegis-webhooks",
      ...webhookHeaders({ id, timestamp, body }, secret),
    };
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      return await this.#options.post({ url, headers, body, signal });
    } catch (error) {
      if (!(error instanceof AegisError && error.code === "webhook.forbidden_target")) return undefined;
      this.#warn("A webhook's address is not allowed", error);
      return "forbidden";
    }
  }

  async #giveUp({ id, attempt, lastStatus }: WebhookDelivery): Promise<void> {
    await this.#options.store.updateDelivery(id, { attempt, nextAtMs: null, outcome: "given-up", lastStatus });
  }

  /** Nobody can ask for what became of it: its webhook is gone. */
  async #drop(delivery: WebhookDelivery): Promise<void> {
    await this.#giveUp(delivery);
    await pruneDeliveries(delivery.webhookId, Number.MAX_SAFE_INTEGER, this.#options.store);
  }

  async #postpone(deliveries: readonly WebhookDelivery[]): Promise<void> {
    const { store, clock, random } = this.#options;
    for (const { id, attempt, outcome, lastStatus } of deliveries) {
      const nextAtMs = clock.nowMs() + Math.round(POLL_MS * (1 + random()));
      await store.updateDelivery(id, { attempt, nextAtMs, outcome, lastStatus });
    }
  }

  #warn(message: string, error: unknown): void {
    this.#options.log({ level: "warning", message, error });
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
