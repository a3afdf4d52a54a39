import { z } from "zod";
import { agentSchema, routeAgentSchema } from "./agent.ts";
import { apiKeyList, createApiKeySchema, listApiKeysQuery, madeApiKeySchema, rotateApiKeySchema } from "./api-key.ts";
import type { Route } from "./route.ts";
import { createWebhookSchema, deliveryList, listDeliveriesQuery, madeWebhookSchema, webhookList } from "./webhook.ts";

const ADMIN = { role: "admin", scopes: ["admin"] } as const;

export const ADMIN_ROUTES = {
  "agents.route": {
    method: "PUT",
    path: "/v1/agents/:agent/routes",
    summary: "Set the shares that versions get of an agent's new runs: canary, roll-out, rollback.",
    needs: ADMIN,
    body: routeAgentSchema,
    answers: { 200: { description: "The agent.", schema: agentSchema } },
  },
  "keys.create": {
    method: "POST",
    path: "/v1/keys",
    summary: "Make an API key.",
    needs: ADMIN,
    body: createApiKeySchema,
    answers: { 201: { description: "The key, and its secret for this once.", schema: madeApiKeySchema } },
  },
  "keys.list": {
    method: "GET",
    path: "/v1/keys",
    summary: "List API keys, newest first.",
    needs: ADMIN,
    query: listApiKeysQuery,
    answers: { 200: { description: "The keys.", schema: apiKeyList } },
  },
  "keys.rotate": {
    method: "POST",
    path: "/v1/keys/:id/rotate",
    summary: "Make a new secret; the old one goes on being valid for a while.",
    needs: ADMIN,
    body: rotateApiKeySchema,
    isBodyOptional: true,
    answers: { 201: { description: "The new key, and its secret for this once.", schema: madeApiKeySchema } },
  },
  "keys.revoke": {
    method: "DELETE",
    path: "/v1/keys/:id",
    summary: "End a key at once.",
    needs: ADMIN,
    answers: { 204: { description: "It is no longer valid." } },
  },
  "webhooks.create": {
    method: "POST",
    path: "/v1/webhooks",
    summary: "Have an address told of runs.",
    needs: ADMIN,
    body: createWebhookSchema,
    answers: { 201: { description: "The webhook, and its secret for this once.", schema: madeWebhookSchema } },
  },
  "webhooks.list": {
    method: "GET",
    path: "/v1/webhooks",
    summary: "List webhooks, newest first.",
    needs: ADMIN,
    answers: { 200: { description: "The webhooks.", schema: webhookList } },
  },
  "webhooks.remove": {
    method: "DELETE",
    path: "/v1/webhooks/:id",
    summary: "Remove a webhook.",
    needs: ADMIN,
    answers: { 204: { description: "It is told of nothing more." } },
  },
  "webhooks.deliveries": {
    method: "GET",
    path: "/v1/webhooks/:id/deliveries",
    summary: "List what a webhook was told, newest first.",
    needs: ADMIN,
    query: listDeliveriesQuery,
    answers: { 200: { description: "The deliveries.", schema: deliveryList } },
  },
  "metrics.read": {
    method: "GET",
    path: "/metrics",
    summary: "Counts for Prometheus.",
    needs: { role: "operator", scopes: ["admin"] },
    answers: {
      200: { description: "Text of the Prometheus format.", schema: z.string(), contentType: "text/plain" },
    },
  },
} as const satisfies Record<string, Route>;
