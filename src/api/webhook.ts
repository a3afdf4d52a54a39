import { z } from "zod";
import { WEBHOOK_EVENTS } from "../domain/index.ts";
import { anyJson } from "./json-value.ts";
import { limitQuery } from "./page.ts";
import { userId } from "./user.ts";

const webhookEvent = z.enum(WEBHOOK_EVENTS);

export const webhookSchema = z.strictObject({
  id: z.string(),
  url: z.string(),
  events: z.array(webhookEvent),
  ownerId: z.string().nullable(),
  createdAtMs: z.number(),
});

export const createWebhookSchema = z.strictObject({
  url: z
    .string()
    .max(2_048)
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      "expected an http or https address",
    ),
  events: z
    .array(webhookEvent)
    .min(1)
    .max(WEBHOOK_EVENTS.length)
    .default([...WEBHOOK_EVENTS]),
  ownerId: userId.optional().describe("Only this user's runs; everybody's where left out."),
});

export const madeWebhookSchema = z.strictObject({
  webhook: webhookSchema,
  secret: z.string().describe("Signs what is sent. Shown once."),
});
export const webhookList = z.strictObject({ items: z.array(webhookSchema) });

export const listDeliveriesQuery = z.strictObject({ limit: limitQuery });
export const deliveryList = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      webhookId: z.string(),
      event: webhookEvent,
      body: anyJson,
      attempt: z.number().int(),
      nextAtMs: z.number().nullable(),
      outcome: z.enum(["pending", "delivered", "given-up"]),
      lastStatus: z.number().int().nullable(),
      createdAtMs: z.number(),
    }),
  ),
});
