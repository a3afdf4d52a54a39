import type { Id, Json } from "../kernel/index.ts";

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = ["run.ended", "run.paused", "run.started"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** An address that wants to hear of events. */
export interface Webhook {
  readonly id: Id<"webhook">;
  readonly url: string;
  /** Signs what is sent, so that the receiver knows it is ours. Shown once. */
  readonly secret: string;
  readonly events: readonly WebhookEvent[];
  /** Only this owner's runs; null for everybody's. */
  readonly ownerId: string | null;
  readonly createdAtMs: number;
}

/** One message to one webhook, kept until it was taken or given up. */
export interface WebhookDelivery {
  readonly id: Id<"webhook-delivery">;
  readonly webhookId: Id<"webhook">;
  readonly event: WebhookEvent;
  readonly body: Json;
  readonly attempt: number;
  /** When to try (again); null when it is done, one way or the other. */
  readonly nextAtMs: number | null;
  readonly outcome: "pending" | "delivered" | "given-up";
  readonly lastStatus: number | null;
  readonly createdAtMs: number;
}
