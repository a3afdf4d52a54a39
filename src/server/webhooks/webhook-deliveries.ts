import { createHash } from "node:crypto";
import type { RunRecord, Webhook, WebhookDelivery, WebhookEvent } from "../../domain/index.ts";
import type { Id, JsonObject } from "../../kernel/index.ts";

/** A step in a run's life; `run` is the record as it is after the step. */
export interface RunStep {
  readonly event: WebhookEvent;
  readonly run: RunRecord;
  readonly atMs: number;
}

/**
 * The messages a step is worth, one for each webhook that wants it and was there when it happened. The ids follow from the
 * step, so that telling the same step again, after a crash or from another process, adds nothing.
 */
export function webhookDeliveriesFor(step: RunStep, webhooks: readonly Webhook[]): WebhookDelivery[] {
  const { event, run, atMs } = step;
  return webhooks
    .filter((webhook) => isMeant(webhook, step))
    .map((webhook) => ({
      id: deliveryId([webhook.id, run.id, event, occurrenceOf(step)]),
      webhookId: webhook.id,
      event,
      body: bodyOf(step),
      attempt: 0,
      nextAtMs: atMs,
      outcome: "pending",
      lastStatus: null,
      createdAtMs: atMs,
    }));
}

function isMeant({ events, ownerId, createdAtMs }: Webhook, { event, run, atMs }: RunStep): boolean {
  return events.includes(event) && (ownerId === null || ownerId === run.ownerId) && createdAtMs <= atMs;
}

/** A run begins and ends once; it is paused at most once each time somebody takes it up. */
function occurrenceOf({ event, run }: RunStep): string {
  return event === "run.paused" ? String(run.attempt) : "once";
}

/** What the receiver reads: the standard's `type`, `timestamp` and `data`, with names and states and no content. */
function bodyOf({ event, run, atMs }: RunStep): JsonObject {
  const { id, sessionId, ownerId, agent, version, status, outcome, pausedOn, wakeAtMs, metadata } = run;
  const { createdAtMs, startedAtMs, endedAtMs } = run;
  const times = { createdAtMs, startedAtMs, endedAtMs };
  const state = { status, outcome, pausedOn, wakeAtMs };
  const told = { id, sessionId, userId: ownerId, agent, version, ...state, ...times, metadata };
  return { type: event, timestamp: new Date(atMs).toISOString(), data: { run: told } };
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Of the same form as every other id. */
function deliveryId(parts: readonly string[]): Id<"webhook-delivery"> {
  const bytes = createHash("sha256").update(JSON.stringify(parts)).digest();
  const digits = Array.from(bytes.subarray(0, 26), (byte, index) => ALPHABET[byte % (index === 0 ? 8 : 32)]);
  return digits.join("") as Id<"webhook-delivery">;
}
