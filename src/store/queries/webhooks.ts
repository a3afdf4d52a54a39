import { type Webhook, WEBHOOK_EVENTS, type WebhookDelivery } from "../../domain/index.ts";
import { type Id, LIMITS } from "../../kernel/index.ts";
import type { AccessStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { allOf, sql } from "../statement.ts";
import {
  arrayOf,
  jsonOf,
  numberOf,
  numberOrNullOf,
  type StoredRow,
  textOf,
  textOrNullOf,
  wordOf,
} from "../stored-row.ts";
import { boundedLimit, newestFirst } from "./page.ts";

type Webhooks = Omit<AccessStore, "createApiKey" | "findApiKey" | "listApiKeys" | "expireApiKey">;

/** Newest first, but due and pruned deliveries oldest first. Indexes: the primary keys, delivery_due, delivery_by_webhook. */
export function webhookQuestions(db: Sql): Webhooks {
  return {
    async createWebhook({ id, url, secret, events, ownerId, createdAtMs }) {
      await db.run(
        sql`INSERT INTO webhook (id, url, secret, events, owner_id, created_at_ms)
          VALUES (${id}, ${url}, ${secret}, ${JSON.stringify(events)}, ${ownerId}, ${createdAtMs})`,
      );
    },
    async listWebhooks(ownerId) {
      const where = allOf([ownerId !== undefined && sql`owner_id = ${ownerId}`]);
      return (await db.run(sql`SELECT * FROM webhook WHERE ${where} ${newestFirst(LIMITS.webhooksMax)}`)).map(
        decodeWebhook,
      );
    },
    async removeWebhook(id) {
      const [, removed = []] = await db.runTogether([
        sql`DELETE FROM webhook_delivery WHERE webhook_id = ${id}`,
        sql`DELETE FROM webhook WHERE id = ${id} RETURNING id`,
      ]);
      return removed.length > 0;
    },
    ...deliveryQuestions(db),
  };
}

function deliveryQuestions(
  db: Sql,
): Pick<AccessStore, "addDeliveries" | "listDueDeliveries" | "updateDelivery" | "pruneDeliveries" | "listDeliveries"> {
  return {
    async addDeliveries(deliveries) {
      await db.runTogether(deliveries.map(insertDelivery));
    },
    async listDueDeliveries(nowMs, limit) {
      const rows = await db.run(
        sql`SELECT * FROM webhook_delivery WHERE outcome = 'pending' AND next_at_ms <= ${nowMs}
          ORDER BY created_at_ms, id LIMIT ${boundedLimit(limit)}`,
      );
      return rows.map(decodeDelivery);
    },
    async updateDelivery(id, { attempt, nextAtMs, outcome, lastStatus }) {
      await db.run(
        sql`UPDATE webhook_delivery SET attempt = ${attempt}, next_at_ms = ${nextAtMs}, outcome = ${outcome},
          last_status = ${lastStatus} WHERE id = ${id}`,
      );
    },
    async pruneDeliveries(webhookId, { beforeMs, limit }) {
      const over = sql`SELECT id FROM webhook_delivery WHERE webhook_id = ${webhookId} AND created_at_ms < ${beforeMs}
        AND outcome <> 'pending' ORDER BY created_at_ms, id LIMIT ${boundedLimit(limit)}`;
      return (await db.run(sql`DELETE FROM webhook_delivery WHERE id IN (${over}) RETURNING id`)).length;
    },
    async listDeliveries(webhookId, limit) {
      const rows = await db.run(
        sql`SELECT * FROM webhook_delivery WHERE webhook_id = ${webhookId} ${newestFirst(limit)}`,
      );
      return rows.map(decodeDelivery);
    },
  };
}

function insertDelivery(delivery: WebhookDelivery) {
  const { id, webhookId, event, attempt, nextAtMs, outcome, lastStatus, createdAtMs } = delivery;
  return sql`INSERT INTO webhook_delivery (id, webhook_id, event, body, attempt, next_at_ms, outcome, last_status,
      created_at_ms)
    VALUES (${id}, ${webhookId}, ${event}, ${JSON.stringify(delivery.body)}, ${attempt}, ${nextAtMs}, ${outcome},
      ${lastStatus}, ${createdAtMs}) ON CONFLICT DO NOTHING`;
}

/** @throws {AegisError} "store.corrupt" */
function decodeWebhook(row: StoredRow): Webhook {
  return {
    id: textOf(row, "id") as Id<"webhook">,
    url: textOf(row, "url"),
    secret: textOf(row, "secret"),
    events: arrayOf(row, "events").map((event) => wordOf(event, WEBHOOK_EVENTS, "webhook.events")),
    ownerId: textOrNullOf(row, "owner_id"),
    createdAtMs: numberOf(row, "created_at_ms"),
  };
}

function decodeDelivery(row: StoredRow): WebhookDelivery {
  return {
    id: textOf(row, "id") as Id<"webhook-delivery">,
    webhookId: textOf(row, "webhook_id") as Id<"webhook">,
    event: wordOf(row["event"], WEBHOOK_EVENTS, "webhook_delivery.event"),
    body: jsonOf(row, "body"),
    attempt: numberOf(row, "attempt"),
    nextAtMs: numberOrNullOf(row, "next_at_ms"),
    outcome: wordOf(row["outcome"], ["pending", "delivered", "given-up"], "webhook_delivery.outcome"),
    lastStatus: numberOrNullOf(row, "last_status"),
    createdAtMs: numberOf(row, "created_at_ms"),
  };
}
